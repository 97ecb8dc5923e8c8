import { expect, test } from 'vitest';
import { changedOf, kept } from './imaging.ts';

const told = { brightness: 50, contrast: 40, ir_cut: 'auto', wide_range: null } as const;

test('only what was changed is told to the camera', () => {
  expect(changedOf({ ...told, brightness: 61 }, told)).toEqual({ brightness: 61 });
  expect(changedOf(told, told)).toEqual({});
  expect(changedOf({ ...told, wide_range: true }, told)).toEqual({ wide_range: true });
});

test('what a camera rounded it took, what it left as it was it did not', () => {
  expect(kept({ brightness: 61 }, { ...told, brightness: 60.5 })).toBe(true);
  expect(kept({ brightness: 61 }, told)).toBe(false);
  expect(kept({ ir_cut: 'off' }, told)).toBe(false);
});
