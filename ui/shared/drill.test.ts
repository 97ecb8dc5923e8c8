import { expect, test } from 'vitest';
import { days, instant, times } from './drill.ts';

const now = Date.parse('2025-08-18T18:00:00Z'); // already 01:00 on the 19th here

test('what is chosen is the time here, whatever the phone is set to', () => {
  expect(instant('2025-08-20', '19:00')).toBe('2025-08-20T12:00:00.000Z');
});

test('every time that can be chosen is at least a day ahead', () => {
  expect(days(now)[0]).toBe('2025-08-21');
  expect(Date.parse(instant(days(now)[0]!, times()[0]!)) - now).toBeGreaterThanOrEqual(86_400_000);
});

test('and by daylight, from seven to twenty o’clock', () => {
  expect(times()[0]).toBe('07:00');
  expect(times()[1]).toBe('07:30');
  expect(times().at(-1)).toBe('20:00');
});
