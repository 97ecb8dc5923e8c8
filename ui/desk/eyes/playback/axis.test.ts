import { describe, expect, test } from 'vitest';
import { CLOSEST, covers, DAY, faster, follow, HOUR, inside, length, marks, MINUTE, move, next, part, SECOND, seen, zoom } from './axis.ts';

const limits = { from: 0, to: 31 * DAY };
const view = { from: 10 * HOUR, to: 12 * HOUR };

describe('zooming', () => {
  test('keeps what stands under the pointer where it is', () => {
    const centre = 10.5 * HOUR;
    const closer = zoom(view, 4, centre, limits);
    expect(length(closer)).toBe(HOUR / 2);
    expect(part(closer, centre)).toBeCloseTo(0.25);
    expect(part(zoom(closer, 1 / 4, centre, limits), centre)).toBeCloseTo(0.25);
  });
  test('goes from seconds to a month and no further', () => {
    expect(length(zoom(view, 1e9, 11 * HOUR, limits))).toBe(CLOSEST);
    expect(zoom(view, 1e-9, 11 * HOUR, limits)).toEqual(limits);
  });
  test('stays inside where the limits are shorter than the closest view', () => {
    expect(zoom({ from: 0, to: 3 * SECOND }, 2, SECOND, { from: 0, to: 3 * SECOND })).toEqual({ from: 0, to: 3 * SECOND });
  });
});
test('moving stops at the ends', () => {
  expect(move(view, 0.5, limits)).toEqual({ from: 11 * HOUR, to: 13 * HOUR });
  expect(move(view, -100, limits)).toEqual({ from: 0, to: 2 * HOUR });
  expect(inside({ from: -HOUR, to: HOUR }, limits)).toEqual({ from: 0, to: 2 * HOUR });
});
test('the view follows what is played', () => {
  expect(follow(view, 11 * HOUR, limits)).toBe(view);
  expect(follow(view, 12.1 * HOUR, limits).from).toBeCloseTo(11.9 * HOUR);
});
test('marks stand at round times of the place', () => {
  const found = marks({ from: 10 * HOUR + 1, to: 12 * HOUR }, 8, 7 * HOUR);
  expect(found[0]).toEqual({ at: 10.5 * HOUR, step: 30 * MINUTE });
  expect(marks({ from: 0, to: 31 * DAY }, 10, 7 * HOUR).map((one) => (one.at + 7 * HOUR) % DAY)).toEqual([0, 0, 0, 0]);
});
test('stretches closer than a hair are drawn as one', () => {
  const spans = [{ from: 0, to: 10 }, { from: 11, to: 20 }, { from: 40, to: 50 }, { from: 90, to: 99 }];
  expect(seen(spans, { from: 5, to: 60 }, 2)).toEqual([{ from: 5, to: 20 }, { from: 40, to: 50 }]);
});
test('a gap is jumped over to where any camera has footage', () => {
  const all = [[{ from: 0, to: 10 }, { from: 50, to: 60 }], [{ from: 30, to: 35 }]];
  expect(next(all, 5)).toBe(5);
  expect(next(all, 12)).toBe(30);
  expect(next(all, 40)).toBe(50);
  expect(next(all, 70)).toBeNull();
  expect(covers(all[0]!, 10)).toBe(false);
});
test('rates go from a quarter to sixteen times', () => {
  expect(faster(1, 1)).toBe(2);
  expect(faster(1, -1)).toBe(0.5);
  expect(faster(16, 1)).toBe(16);
  expect(faster(0.25, -1)).toBe(0.25);
});
