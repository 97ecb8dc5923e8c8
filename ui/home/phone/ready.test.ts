import { describe, expect, test } from 'vitest';
import { HEARD_DUE_DAYS, ready } from './ready.ts';

const now = Date.parse('2025-08-19T01:00:00Z');
const days = (n: number) => new Date(now - n * 86_400_000).toISOString();
const well = { siren: 'ok', phone: true, push: 'ok', last_heard_ringing_at: days(3) } as const;

describe('a home', () => {
  test('is ready when siren and phone are connected and the bell was heard lately', () => {
    expect(ready(well, true, 'on', now).all).toBe('ok');
  });
  test('is not ready when the node is silent, whatever it said before', () => {
    expect(ready(well, false, 'on', now)).toMatchObject({ all: 'fault', phone: { tone: 'fault' } });
  });
  test('is not ready when its siren is', () => {
    expect(ready({ ...well, siren: 'fault' }, true, 'on', now).all).toBe('fault');
    expect(ready({ ...well, siren: 'late' }, true, 'on', now).all).toBe('late');
  });
  test('without a siren is not called well, push or not', () => {
    expect(ready({ ...well, siren: 'none' }, true, 'on', now).all).toBe('unknown');
  });
  test('is due for a ring test after 35 days', () => {
    expect(ready({ ...well, last_heard_ringing_at: days(HEARD_DUE_DAYS) }, true, 'on', now).heard.tone).toBe('ok');
    expect(ready({ ...well, last_heard_ringing_at: days(HEARD_DUE_DAYS + 1) }, true, 'on', now)).toMatchObject({ all: 'late', heard: { says: 'due' } });
    expect(ready({ ...well, last_heard_ringing_at: null }, true, 'on', now).heard.says).toBe('never');
  });
});

test('push says what is wrong with it and never makes or unmakes a home ready', () => {
  expect(ready({ ...well, push: 'failed' }, true, 'on', now)).toMatchObject({ push: { tone: 'late', says: 'failed' }, all: 'ok' });
  expect(ready(well, true, 'refused', now)).toMatchObject({ push: { tone: 'unknown', says: 'refused' }, all: 'ok' });
});
