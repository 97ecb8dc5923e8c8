import { expect, test } from 'vitest';
import { answered, asking, heard, nothingHeld } from '@shared/events/merge.ts';
import type { Alarm, Device, LatePress } from '@shared/api/types.ts';
import { exampleAlarm, HOMES } from '@shared/alarm-example.ts';
import { silenceKey } from '@shared/sound/silence.ts';
import { chosen, faultsOf, homesInOrder, inOrder, isNotCalled, loud, placesFor, soundFor } from './board.ts';
import { passwordProblem } from './door/password.ts';

const old = exampleAlarm({ alarm: 'old', raised_at: '2025-08-19T01:00:00Z' });
const fresh = exampleAlarm({ alarm: 'fresh', raised_at: '2025-08-19T01:05:00Z' });
const drill = exampleAlarm({ alarm: 'drill', mode: 'drill', raised_at: '2025-08-19T02:00:00Z' });
const warning = exampleAlarm({ alarm: 'warning', state: 'own_home_warning', raised_at: '2025-08-19T02:00:00Z' });
const shut = exampleAlarm({ alarm: 'shut', state: 'closed' });

test('live alarms come before drills, ringing ones before a warning in one home, new ones before old', () => {
  expect(inOrder([drill, warning, old, shut, fresh]).map((alarm) => alarm.alarm)).toEqual(['fresh', 'old', 'warning', 'drill']);
});

test('a new alarm does not take the chosen incident off the screen, and a closed one gives way to the first', () => {
  expect(chosen([fresh, old], 'old')?.alarm).toBe('old');
  expect(chosen([fresh], 'old')?.alarm).toBe('fresh');
  expect(chosen([], 'old')).toBeNull();
});

test('the desk sounds for a live alarm until silenced, and a new alarm sounds again', () => {
  expect(soundFor([drill, old], [], [])).toBe('live');
  expect(soundFor([drill, old], [], [silenceKey(old)])).toBe('drill');
  expect(soundFor([drill, old], [], [old, drill].map(silenceKey))).toBeNull();
  expect(soundFor([fresh, old], [], [silenceKey(old)])).toBe('live');
  expect(soundFor([warning], [], [])).toBeNull();
});

test('a desk that was silenced sounds again when another home burns, and when a warning goes to the team', () => {
  const silenced = loud([old, warning], [], []).map((one) => one.key);
  const more = { ...old, households: old.households.map((home) => ({ ...home, burning: home.burning || home.household === HOMES.next })) };
  expect(soundFor([{ ...old, counts: { ...old.counts, seen: 12 } }, warning], [], silenced)).toBeNull();
  expect(soundFor([more], [], silenced)).toBe('live');
  expect(soundFor([old, { ...warning, state: 'ringing' }], [], silenced)).toBe('live');
});

test('a late press that went to the desk sounds by itself until it is answered or silenced, and under no live alarm', () => {
  const press = (parts: Partial<LatePress>) => ({ alarm: 'late', pressed_at: old.raised_at, asked_at: old.raised_at, source: 'phone', ...parts }) as LatePress;
  const [asked, gone, another] = [press({}), press({ desk_at: old.raised_at }), press({ alarm: 'another', desk_at: old.raised_at })];
  expect(soundFor([], [asked], [])).toBeNull();
  expect(soundFor([], [gone], [])).toBe('late');
  expect(soundFor([drill], [gone], [])).toBe('late');
  expect(soundFor([old], [gone], [])).toBe('live');
  expect(soundFor([], [gone], ['late'])).toBeNull();
  expect(soundFor([], [gone, another], ['late'])).toBe('late');
  expect(soundFor([], [], [])).toBeNull();
});

test('the fire brigade is not called yet of a live alarm until somebody says so, and never of a drill', () => {
  expect([fresh, warning, drill, shut].map(isNotCalled)).toEqual([true, true, false, false]);
  expect(isNotCalled(exampleAlarm({ emergency_call: { called: true, by: 'Chị Mai' } }))).toBe(false);
});

test('an alarm that rings while the board is asked for stays, and one that closes meanwhile goes', () => {
  const held = nothingHeld<Alarm>();
  asking(held);
  heard(held, 'fresh', fresh);
  heard(held, 'old', null);
  answered(held, [['old', old]]);
  expect([...held.alarms.keys()]).toEqual(['fresh']);
});

test('each role sees the doors that open for it', () => {
  expect(placesFor([{ role: 'duty_officer' }])).toEqual(['now', 'wall', 'playback', 'sightings', 'evidence', 'past', 'drills', 'teams', 'homes', 'points', 'health', 'cameras', 'shifts', 'me']);
  expect(placesFor([{ role: 'clerk' }])).toEqual(['drills', 'teams', 'homes', 'points', 'places', 'me']);
  expect(placesFor([{ role: 'administrator' }])).toEqual(['sightings', 'evidence', 'teams', 'homes', 'points', 'health', 'cameras', 'shifts', 'places', 'accounts', 'me']);
  expect(placesFor([{ role: 'household_member' }])).toEqual(['me']);
});

test('the burning home comes first, then the one next door, then by distance, and clear homes last', () => {
  const homes = exampleAlarm().households.map((home) => ({ ...home, clear: home.household === HOMES.mine }));
  expect(homesInOrder([...homes].reverse()).map((home) => home.household)).toEqual([HOMES.burning, HOMES.next, HOMES.mine]);
});

test('during an alarm the devices of its homes are told of, of the burning one first, and bells first', () => {
  const device = (id: string, household: string, kind: Device['kind'] = 'bell') => ({ id, household, kind }) as Device;
  const faults = [device('elsewhere', 'x'), device('next', HOMES.next), device('button', HOMES.burning, 'button'), device('bell', HOMES.burning)];
  expect(faultsOf(exampleAlarm(), faults).map((one) => one.id)).toEqual(['bell', 'button', 'next']);
});

test('a password has 15 characters and is typed twice the same', () => {
  expect(passwordProblem('ngắn quá', 'ngắn quá')).toBe('short');
  expect(passwordProblem('bốn từ dễ nhớ nhé', 'khác')).toBe('differs');
  expect(passwordProblem('bốn từ dễ nhớ nhé', 'bốn từ dễ nhớ nhé')).toBeNull();
});
