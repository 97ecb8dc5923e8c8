import { expect, test } from 'vitest';
import { jump } from './view.ts';

test('a picture that is close to the present is left alone, and one that is late jumps to it', () => {
  expect(jump(100, 99, 101)).toBeNull();
  expect(jump(100, 99, 103)).toBeCloseTo(102.7);
  // The first pictures of a camera that has run for days.
  expect(jump(0, 5000, 5000.1)).toBe(5000);
});
