/** Rules of the board without the board: which alarm comes first, which one is chosen, where each role may go. Pure. */
import type { Alarm, Device, Role } from '@shared/api/types.ts';
import { rings } from '@shared/device/name.ts';
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

/** What the desk should sound: a live alarm that nobody here has silenced, else such a drill. */
export function soundFor(alarms: readonly Alarm[], silenced: readonly string[]): 'live' | 'drill' | null {
  const loud = alarms.filter((alarm) => alarm.state === 'ringing' && !silenced.includes(alarm.alarm));
  if (loud.some((alarm) => alarm.mode === 'live')) return 'live';
  return loud.length > 0 ? 'drill' : null;
}

export const PLACES = ['now', 'past', 'drills', 'teams', 'homes', 'points', 'health', 'shifts', 'places', 'accounts', 'me'] as const;
export type Place = (typeof PLACES)[number];

const OPEN_TO: Record<Exclude<Place, 'me'>, Deed> = {
  now: 'readBoard',
  past: 'readAlarms',
  drills: 'readDrills',
  teams: 'readTeams',
  homes: 'readHomes',
  points: 'readPoints',
  health: 'readDevices',
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
