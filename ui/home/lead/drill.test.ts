import { expect, test } from 'vitest';
import { drillTrouble, fromLocal, suggestion } from './drill.ts';

const now = Date.parse('2025-08-18T02:00:00Z'); // 09:00 here

test('what is typed is the time here, whatever the phone is set to', () => {
  expect(fromLocal('2025-08-20T19:00')).toBe('2025-08-20T12:00:00.000Z');
  expect(fromLocal('')).toBeNull();
});

test('a drill is announced at least a day ahead', () => {
  expect(drillTrouble('2025-08-19T08:59', now)).toBe('too-soon');
  expect(drillTrouble('2025-08-19T09:00', now)).toBeNull();
});

test('and is held between seven and twenty o’clock', () => {
  expect(drillTrouble('2025-08-20T06:59', now)).toBe('by-night');
  expect(drillTrouble('2025-08-20T07:00', now)).toBeNull();
  expect(drillTrouble('2025-08-20T20:00', now)).toBeNull();
  expect(drillTrouble('2025-08-20T20:01', now)).toBe('by-night');
});

test('no time is no drill', () => expect(drillTrouble('', now)).toBe('no-time'));

test('the suggested time is allowed', () => expect(drillTrouble(suggestion(now), now)).toBeNull());
