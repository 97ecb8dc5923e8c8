import { expect, test } from 'vitest';
import { placeTime } from '@shared/time.ts';
import { DAY, HOUR } from './axis.ts';
import { lookBack, lookBacks, stretch, timeOf } from './choose.ts';

const NOW = placeTime('2026-08-19', '18:00');

test('times are written as people write them', () => {
  expect(['8:05', '08.05', '23:59', '24:00', '8', ''].map(timeOf)).toEqual(['08:05', '08:05', '23:59', null, null, null]);
});
test('an hour lies around the time, a day is whole, a week ends with the day', () => {
  expect(stretch('2026-08-18', '08:00', 'hour', NOW)).toEqual({ span: { from: placeTime('2026-08-18', '07:30'), to: placeTime('2026-08-18', '08:30') }, at: placeTime('2026-08-18', '08:00') });
  expect(stretch('2026-08-18', '08:00', 'day', NOW)!.span).toEqual({ from: placeTime('2026-08-18', '00:00'), to: placeTime('2026-08-19', '00:00') });
  expect(stretch('2026-08-18', '08:00', 'week', NOW)!.span.from).toBe(placeTime('2026-08-18', '00:00') - 6 * DAY);
});
test('what has not happened yet cannot be looked back at', () => {
  expect(stretch('2026-08-19', '17:59', 'hour', NOW)!.span.to).toBe(NOW - 2000);
  expect(stretch('2026-08-19', '20:00', 'day', NOW)).toBeNull();
  expect(stretch('2026-08-20', '08:00', 'hour', NOW)).toBeNull();
  expect(stretch('19/08/2026', '08:00', 'hour', NOW)).toBeNull();
});
test('a month is no longer than what one look may ask for', () => {
  const { span } = stretch('2026-08-18', '08:00', 'month', NOW)!;
  expect(span.to - span.from).toBeLessThanOrEqual(31 * DAY);
  expect(HOUR).toBe(3_600_000);
});
test('what an incident keeps is looked back at site by site', () => {
  const cameras = [{ id: 'a', site: '1', site_name: 'Chợ' }, { id: 'b', site: '2', site_name: 'Cầu' }, { id: 'c', site: '1', site_name: 'Chợ' }, { id: 'd', site: '3', site_name: 'Đê' }];
  expect(lookBack('1', ['a'], '2026-12-01T11:05:00Z')).toBe('#/playback/1/a/2026-12-01T11%3A05%3A00Z');
  expect(lookBacks(cameras, ['a', 'b', 'c'], 'x').map(({ name, href }) => [name, href])).toEqual([['Chợ', '#/playback/1/a,c/x'], ['Cầu', '#/playback/2/b/x']]);
});
