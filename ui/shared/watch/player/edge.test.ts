import { expect, test } from 'vitest';
import { LATE_S, pause, step } from './edge.ts';

test('a picture that is far behind jumps to the present', () => {
  expect(step(0, [{ start: 0, end: 10 }]).to).toBeCloseTo(9.75);
  expect(step(10 - LATE_S - 0.1, [{ start: 0, end: 10 }]).to).toBeCloseTo(9.75);
});
test('one that is a little behind catches up, one that is too close slows down, one that is right stays', () => {
  expect(step(9, [{ start: 0, end: 10 }])).toMatchObject({ to: null, rate: 1.25 });
  expect(step(9.6, [{ start: 0, end: 10 }])).toMatchObject({ to: null, rate: 1.12 });
  expect(step(9.95, [{ start: 0, end: 10 }])).toMatchObject({ to: null, rate: 0.96 });
  expect(step(9.75, [{ start: 0, end: 10 }])).toMatchObject({ to: null, rate: 1 });
});
test('a picture before a gap goes on behind it', () => {
  expect(step(5, [{ start: 0, end: 5 }, { start: 5.2, end: 5.4 }]).to).toBeCloseTo(5.2);
});
test('what was shown long ago is let go', () => {
  expect(step(99.6, [{ start: 80, end: 100 }]).drop).toBeCloseTo(93.6);
  expect(step(99.6, [{ start: 90, end: 100 }]).drop).toBeNull();
  expect(step(0, [])).toEqual({ to: null, rate: 1, drop: null });
});
test('each failed try waits longer, and never longer than 15 s', () => {
  expect([0, 1, 2, 3, 4, 50].map((failed) => pause(failed, 1))).toEqual([1000, 2000, 4000, 8000, 15000, 15000]);
  expect(pause(0, 0)).toBe(750);
});
