import { describe, expect, test } from 'vitest';
import { ago, clock, date, dateTime, elapsed, money, setPlace, whenShort } from './time.ts';

const at = '2025-08-18T18:01:22Z';

describe('times are those of Vietnam, whatever the device is set to', () => {
  test('the clock is seven hours ahead of UTC', () => expect(clock(at, 'vi')).toBe('01:01:22'));
  test('Indonesian writes full stops', () => expect(clock(at, 'id')).toBe('01.01.22'));
  test('the day changes at midnight here', () => expect(date(at)).toBe('19/08/2025'));
  test('date and clock', () => expect(dateTime(at, 'en')).toBe('19/08/2025 01:01'));
  test('today needs no date', () => {
    expect(whenShort(at, Date.parse('2025-08-19T10:00:00Z'), 'vi')).toBe('01:01');
    expect(whenShort(at, Date.parse('2025-08-19T18:00:00Z'), 'vi')).toBe('19/08/2025 01:01');
  });
});

describe('how long ago', () => {
  const now = Date.parse(at);
  const before = (seconds: number) => ago(now - seconds * 1000, now);
  test.each([
    [0, { unit: 'now', n: 0 }],
    [4, { unit: 'now', n: 0 }],
    [59, { unit: 'seconds', n: 59 }],
    [60, { unit: 'minutes', n: 1 }],
    [3599, { unit: 'minutes', n: 59 }],
    [3600, { unit: 'hours', n: 1 }],
    [86_400, { unit: 'days', n: 1 }],
    [-30, { unit: 'now', n: 0 }],
  ] as const)('%i seconds', (seconds, expected) => expect(before(seconds)).toEqual(expected));
  test('past a month the date says more', () => expect(before(40 * 86_400)).toEqual({ unit: 'date', text: '10/07/2025' }));
});

test('a running alarm shows minutes and seconds, then hours', () => {
  expect(elapsed(0, 134_000)).toBe('02:14');
  expect(elapsed(0, 3_734_000)).toBe('1:02:14');
  expect(elapsed(5000, 0)).toBe('00:00');
});

test('money has no decimals and the separators of each language', () => {
  expect(money(1_000_000, 'vi')).toBe('1.000.000 ₫');
  expect(money(1_000_000, 'en')).toBe('1,000,000 VND');
  expect(money(-25_000, 'id')).toBe('−25.000 VND');
});

test('a node elsewhere moves the clock, and a view that does not say where leaves it as it was', () => {
  setPlace(8);
  expect(clock(at, 'vi')).toBe('02:01:22');
  setPlace(undefined as unknown as number);
  expect(clock(at, 'vi')).toBe('02:01:22');
  setPlace(7);
});
