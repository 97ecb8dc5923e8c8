import { expect, test } from 'vitest';
import { fragment, timescale } from './mp4.ts';

const box = (name: string, ...inner: number[][]) => {
  const body = inner.flat();
  const size = body.length + 8;
  return [size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255, ...[...name].map((one) => one.charCodeAt(0)), ...body];
};
const u32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const buffer = (bytes: number[]) => new Uint8Array(bytes).buffer;

test('an init segment tells the clock of its first track', () => {
  const init = box('moov', box('mvhd', u32(0)), box('trak', box('mdia', box('mdhd', u32(0), u32(0), u32(0), u32(90_000), u32(0)))));
  expect(timescale(buffer(init))).toBe(90_000);
  expect(timescale(buffer(box('free')))).toBeNull();
});
test('a fragment tells when it begins and how many pictures it holds, also behind padding and with a long time', () => {
  const moof = box('moof', box('mfhd', u32(0), u32(7)), box('traf', box('tfhd', u32(0)), box('tfdt', [1, 0, 0, 0], u32(1), u32(5)), box('trun', u32(0), u32(30))));
  expect(fragment(buffer([...box('free', u32(0)), ...moof, ...box('mdat')]))).toEqual({ begins: 2 ** 32 + 5, pictures: 30 });
});
test('what is cut short or is no MP4 tells nothing and never hangs', () => {
  expect(fragment(buffer([0, 0, 0, 4, 1, 2, 3, 4]))).toBeNull();
  expect(fragment(buffer(box('moof', box('traf')).slice(0, 11)))).toBeNull();
  expect(fragment(buffer([]))).toBeNull();
});
