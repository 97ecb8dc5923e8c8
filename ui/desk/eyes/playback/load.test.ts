import { expect, test } from 'vitest';
import type { Piece } from './footage.ts';
import { AHEAD_MS, batch, holding, wanted } from './load.ts';

const piece = (at: number, more: Partial<Piece> = {}): Piece => ({ file: 'a', init: 100, codec: 'avc1', at, ends: at + 1000, offset: at, length: 1000, key: true, gap: false, ...more });
const row = (count: number, more: (n: number) => Partial<Piece> = () => ({})) => Array.from({ length: count }, (_, n) => piece(n * 1000, more(n)));

test('nothing is wanted while enough is held, and more when one plays faster', () => {
  expect(wanted([{ from: 0, to: 2 * AHEAD_MS }], 1000, 1)).toBeNull();
  expect(wanted([{ from: 0, to: 2 * AHEAD_MS }], 1000, 4)).toBe(2 * AHEAD_MS);
  expect(wanted([{ from: 0, to: 5000 }], 9000, 1)).toBe(9000);
  expect(holding([{ from: 0, to: 5000 }], 5000)).toBeNull();
});
test('after a jump it begins with the last key picture before that moment', () => {
  const pieces = row(8, (n) => ({ key: n % 4 === 0 }));
  expect(batch(pieces, 6500, false)[0]!.at).toBe(4000);
  expect(batch(pieces, 3000, true)[0]!.at).toBe(3000);
});
test('a key picture before a gap is of no use behind it', () => {
  const pieces = [piece(0), piece(60_000, { gap: true }), piece(61_000)];
  expect(batch(pieces, 30_000, false)[0]!.at).toBe(60_000);
});
test('what is fetched at once is of one file, without a gap, and not too much', () => {
  expect(batch(row(5, (n) => ({ file: n < 2 ? 'a' : 'b' })), 0, false)).toHaveLength(2);
  expect(batch(row(5, (n) => ({ gap: n === 3 })), 0, false)).toHaveLength(3);
  expect(batch(row(60), 0, false)).toHaveLength(10);
  expect(batch(row(9, () => ({ length: 1_400_000 })), 0, false)).toHaveLength(2);
  expect(batch([], 0, false)).toEqual([]);
});
test('a long way from the key picture to the moment is fetched whole', () => {
  const pieces = row(30, (n) => ({ key: n === 0 }));
  expect(batch(pieces, 20_000, false).at(-1)!.ends).toBeGreaterThan(20_000);
});
