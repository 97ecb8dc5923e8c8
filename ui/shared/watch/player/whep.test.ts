import { expect, test } from 'vitest';
import { takenAt } from './whep.ts';

const NOON = Date.UTC(2026, 9, 4, 12);

test('a picture was taken as long after zero as its RTP time says', () => {
  expect(takenAt(90_000, NOON, NOON + 1_500)).toBe(NOON + 1_000);
});
test('RTP time comes round every thirteen hours, and the round is the one nearest to now', () => {
  const day = 86_400_000;
  const rtp = (day * 90) % 2 ** 32;
  expect(takenAt(rtp, NOON, NOON + day + 300)).toBeCloseTo(NOON + day, 3);
  expect(takenAt(rtp, NOON, NOON + day - 60_000)).toBeCloseTo(NOON + day, 3);
});
