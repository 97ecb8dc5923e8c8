import { expect, test } from 'vitest';
import type { TrendSpan } from '@shared/api/types.ts';
import { drawing, sum } from './trend.ts';

const span = (hour: number, more: Partial<TrendSpan> = {}): TrendSpan => ({
  starts_at: new Date(Date.UTC(2026, 7, 19, hour)).toISOString(),
  due: 60,
  heard: 60,
  battery_percent: null,
  signal_percent: null,
  faults: 0,
  ring_tests: 0,
  rings: 0,
  ...more,
});

test('an hour in which the node was off stays empty and is no silence of the device', () => {
  const { wide, bars } = drawing([span(1), span(4, { heard: 15 })], 'hours');
  expect(wide).toBe(4);
  expect(bars.map(({ x, heard, missed }) => [x, heard, missed])).toEqual([
    [0, 100, 0],
    [3, 25, 75],
  ]);
});

test('a line breaks where nothing was told', () => {
  const { battery, signal } = drawing([span(1, { battery_percent: 80 }), span(2, { battery_percent: 70 }), span(3), span(4, { battery_percent: 60 })], 'hours');
  expect(battery).toBe('M0 20h1L2 30M3 40h1');
  expect(signal).toBe('');
});

test('the share that was heard is never rounded up to all of it', () => {
  expect(sum([span(1, { heard: 59 }), ...Array.from({ length: 9 }, (_, n) => span(2 + n))]).percent).toBe(99);
});

test('a device that nothing was due of is neither drawn nor called silent', () => {
  const spans = [span(1, { due: 0, heard: 0 })];
  expect(drawing(spans, 'hours').bars[0]).toMatchObject({ heard: 0, missed: 0 });
  expect(sum(spans).percent).toBeNull();
});
