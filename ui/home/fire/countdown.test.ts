import { expect, test } from 'vitest';
import { COUNT_S, isOver, left } from './countdown.ts';

test('it counts five whole seconds down', () => {
  expect([0, 1, 999, 1000, 4000, 4999, 5000].map((ms) => left(0, ms))).toEqual([5, 5, 5, 4, 1, 1, 0]);
});

test('it is over after five seconds, not before', () => {
  expect(isOver(1000, 1000 + COUNT_S * 1000 - 1)).toBe(false);
  expect(isOver(1000, 1000 + COUNT_S * 1000)).toBe(true);
});

test('a timer that slept still ends it', () => expect(isOver(0, 60_000)).toBe(true));

test('a clock that was set back does not count beyond five for long', () => expect(left(1000, 0)).toBe(6));
