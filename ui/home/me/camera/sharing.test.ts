import { expect, test } from 'vitest';
import { answered, clockOf, consentOf, draftOf, halfHours, isAsked, nothing, standing, steps, type Draft } from './sharing.ts';

const whole: Draft = { purposes: ['offence', 'alarm'], way: 'both', onlyAlarms: false, hours: 'all', until: 'open' };
const placeDay = (at: number) => new Date(at + 7 * 3_600_000).toISOString();

test('nothing is answered in advance, and nothing is given before all is', () => {
  expect(steps(nothing).filter((step) => answered(step, nothing))).toEqual(['check']);
  expect(consentOf(nothing)).toBeNull();
  for (const part of ['way', 'onlyAlarms', 'hours', 'until'] as const) expect(consentOf({ ...whole, [part]: null })).toBeNull();
  expect(consentOf({ ...whole, purposes: [] })).toBeNull();
  expect(consentOf({ ...whole, hours: { from: 60, to: 60 } })).toBeNull();
});

test('a consent says what was answered, and nothing besides', () => {
  expect(consentOf(whole)).toEqual({ purposes: ['alarm', 'offence'], live: true, recorded: true, only_during_alarms: false });
  expect(consentOf({ ...whole, way: 'live', onlyAlarms: true, hours: { from: 1320, to: 360 } })).toEqual({ purposes: ['alarm', 'offence'], live: true, recorded: false, only_during_alarms: true, hours: { from: 1320, to: 360 } });
});

test('the last day is in it, whole, by the clocks of the place', () => {
  expect(consentOf({ ...whole, until: '2026-12-31' })?.until).toBe('2026-12-31T17:00:00.000Z');
});

test('whoever shares for alarms alone is not asked whether only during alarms', () => {
  const alone: Draft = { ...whole, purposes: ['alarm'], onlyAlarms: null };
  expect(steps(alone)).not.toContain('alarms');
  expect(consentOf(alone)?.only_during_alarms).toBe(true);
});

test('a consent can be taken up again as it was answered', () => {
  for (const draft of [whole, { ...whole, way: 'recorded' as const, onlyAlarms: true, hours: { from: 0, to: 390 }, until: '2027-01-01' }]) {
    const again = draftOf(consentOf(draft)!, placeDay);
    expect(consentOf(again)).toEqual(consentOf(draft));
    expect(again.until).toBe(draft.until);
  }
});

test('a pause comes before all, and what is over is not shared', () => {
  const consent = consentOf({ ...whole, until: '2026-12-31' })!;
  const now = Date.parse('2026-12-31T16:59:59Z');
  expect(standing({ paused: false, consent, masking: 'none' }, now)).toBe('shared');
  expect(standing({ paused: false, consent, masking: 'withheld' }, now)).toBe('held');
  expect(standing({ paused: false, consent, masking: 'withheld' }, now + 1000)).toBe('over');
  expect(standing({ paused: true, consent, masking: 'none' }, now)).toBe('paused');
  expect(standing({ paused: false, consent: null, masking: 'none' }, now)).toBe('off');
});

test('a question to turn the camera is open until it is answered, whatever the answer', () => {
  expect(isAsked({ reaim_asked_at: '2026-12-31T00:00:00Z', reaim_done: null })).toBe(true);
  expect(isAsked({ reaim_asked_at: '2026-12-31T00:00:00Z', reaim_done: false })).toBe(false);
  expect(isAsked({ reaim_asked_at: null, reaim_done: null })).toBe(false);
});

test('hours begin at midnight and end at midnight', () => {
  expect(clockOf(390, 'vi')).toBe('06:30');
  expect(clockOf(390, 'id')).toBe('06.30');
  expect([halfHours(false)[0], halfHours(false).at(-1)]).toEqual([0, 1410]);
  expect([halfHours(true)[0], halfHours(true).at(-1)]).toEqual([30, 1440]);
});
