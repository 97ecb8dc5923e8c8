/** Rules of the board without the board: which alarm comes first, which one is chosen, where each role may go. Pure. */
import type { Alarm, Device, LatePress, Role } from '@shared/api/types.ts';
import { rings } from '@shared/device/name.ts';
import type { Sound } from '@shared/sound/pattern.ts';
import { silenceKey } from '@shared/sound/silence.ts';
import { mayWith, type Deed } from './may.ts';

/** Live before drill, ringing before a warning in one home, then the newest. */
export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  const weight = (alarm: Alarm) => (alarm.mode === 'live' ? 0 : 2) + (alarm.state === 'ringing' ? 0 : 1);
  return alarms.filter((alarm) => alarm.state !== 'closed').sort((a, b) => weight(a) - weight(b) || b.raised_at.localeCompare(a.raised_at));
}

/** The incident on screen: the one that the officer chose while it is open, else the first. A new alarm never takes the screen away. */
export function chosen(alarms: readonly Alarm[], id: string | null): Alarm | null {
  return alarms.find((alarm) => alarm.alarm === id) ?? alarms[0] ?? null;
}

/** Whether it burns and nobody has told the fire brigade yet. */
export const isNotCalled = (alarm: Alarm): boolean => alarm.mode === 'live' && alarm.state !== 'closed' && !alarm.emergency_call.called;

/** Late presses that nobody answered and that the desk must settle now. */
export const asksTheDesk = (late: readonly LatePress[]): LatePress[] => late.filter((press) => press.desk_at);

/** What sounds at the desk, by what it is silenced with: alarms that ring, and late presses that the desk must settle. */
export function loud(alarms: readonly Alarm[], late: readonly LatePress[], silenced: readonly string[]): { key: string; sound: Sound }[] {
  const ringing = alarms.filter((alarm) => alarm.state === 'ringing').map((alarm) => ({ key: silenceKey(alarm), sound: alarm.mode }));
  const asking = asksTheDesk(late).map((press) => ({ key: press.alarm, sound: 'late' as const }));
  return [...ringing, ...asking].filter(({ key }) => !silenced.includes(key));
}

const BY_WEIGHT: readonly Sound[] = ['live', 'late', 'drill'];

/** What the desk should sound: a live alarm that nobody here has silenced, else such a late press, else such a drill. */
export function soundFor(alarms: readonly Alarm[], late: readonly LatePress[], silenced: readonly string[]): Sound | null {
  const sounds = loud(alarms, late, silenced).map((one) => one.sound);
  return BY_WEIGHT.find((sound) => sounds.includes(sound)) ?? null;
}

export const PLACES = ['now', 'wall', 'playback', 'sightings', 'evidence', 'past', 'drills', 'teams', 'homes', 'points', 'health', 'cameras', 'shifts', 'places', 'accounts', 'me'] as const;
export type Place = (typeof PLACES)[number];

const OPEN_TO: Record<Exclude<Place, 'me'>, Deed> = {
  now: 'readBoard',
  past: 'readAlarms',
  drills: 'readDrills',
  teams: 'readTeams',
  homes: 'readHomes',
  points: 'readPoints',
  health: 'openHealth',
  wall: 'watchCameras',
  playback: 'watchCameras',
  sightings: 'readSightings',
  evidence: 'readEvidence',
  cameras: 'readCameras',
  shifts: 'readShifts',
  places: 'keepPlaces',
  accounts: 'readAccounts',
};

/** What stands in the navigation; one's own account is open to everybody. */
export function placesFor(roles: readonly { role: Role }[]): Place[] {
  return PLACES.filter((place) => place === 'me' || mayWith(roles, OPEN_TO[place]));
}

/** Of the devices that somebody must look after, those in the homes of this alarm: the homes as they are asked for, bells first. */
export function faultsOf(alarm: Alarm, faults: readonly Device[]): Device[] {
  const homes = homesInOrder(alarm.households).map((home) => home.household);
  const weight = (device: Device) => homes.indexOf(device.household) * 2 + (rings(device) ? 0 : 1);
  return faults.filter((device) => homes.includes(device.household)).sort((a, b) => weight(a) - weight(b));
}

/** Where an alarm is, in one line. */
export const placeOf = (alarm: Alarm): string => [alarm.origin.label, alarm.team?.name].filter(Boolean).join(', ');

/** Homes in the order in which they are asked for: burning, next door, not yet clear by distance, then the rest. */
export function homesInOrder(homes: Alarm['households']): Alarm['households'] {
  const weight = (home: Alarm['households'][number]) => (home.burning ? 0 : home.adjoining ? 1 : home.clear ? 3 : 2);
  return [...homes].sort((a, b) => weight(a) - weight(b) || (a.metres ?? 1e9) - (b.metres ?? 1e9));
}
