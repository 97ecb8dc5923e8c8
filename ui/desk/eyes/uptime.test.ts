import { expect, test } from 'vitest';
import { percent } from './uptime.ts';

test('what is not whole is not called whole', () => {
  expect(percent([{ recorded_seconds: 86_399, of_seconds: 86_400 }])).toBe(99);
  expect(percent([{ recorded_seconds: 50, of_seconds: 50 }, { recorded_seconds: 0, of_seconds: 50 }])).toBe(50);
  expect(percent([])).toBe(0);
});
