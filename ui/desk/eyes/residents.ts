/** A village's vote as the fields of a form, and whether it carried. Pure. */
import type { components } from '@shared/api/schema.d.ts';
import { placeDay, placeTime } from '@shared/time.ts';
import { isWhole } from './cameras.ts';

type S = components['schemas'];
export type Residents = S['ResidentsShown'];
export type Counted = 'homes' | 'present' | 'for' | 'against';
export const COUNTED: readonly Counted[] = ['homes', 'present', 'for', 'against'];
/** By camera: whether it was voted about, and whether the minutes say that there is nothing to blacken. */
export type Chosen = Record<string, { voted: boolean; clear: boolean }>;
export type VoteValues = Record<Counted | 'held' | 'last' | 'minutes' | 'note', string> & { cameras: Chosen };

const DAY_MS = 86_400_000;
/** The last day lies no further behind the meeting; its end is a year and a day behind it. */
const MOST_DAYS = 365;

/** An empty form: every camera is meant, and of none it is said that nothing is to be blackened. */
export const noVote = (residents: Residents | null): VoteValues => ({
  held: '', last: '', homes: '', present: '', for: '', against: '', minutes: '', note: '',
  cameras: Object.fromEntries((residents?.cameras ?? []).map((one) => [one.id, { voted: true, clear: false }])),
});

/** The last day that can be chosen for a meeting of that day; nothing while none is. */
export const lastDay = (held: string): string => (held ? placeDay(placeTime(held, '00:00') + MOST_DAYS * DAY_MS) : '');

export const isChosen = ({ cameras }: VoteValues): boolean => Object.values(cameras).some((one) => one.voted);

/** More than half of all homes; null while the numbers are not there. */
export const carried = (values: VoteValues): boolean | null => (isWhole(values.homes) && isWhole(values.for) ? Number(values.for) * 2 > Number(values.homes) : null);

export const voteLacks = (values: VoteValues): boolean => !values.held || !values.last || !values.minutes.trim() || !COUNTED.every((one) => isWhole(values[one])) || !isChosen(values) || carried(values) === false;

export const voteBody = (values: VoteValues): S['NewResidentsVote'] => ({
  vote: { held_on: new Date(placeTime(values.held, '00:00')).toISOString(), homes: Number(values.homes), present: Number(values.present), in_favour: Number(values.for), against: Number(values.against) },
  cameras: Object.entries(values.cameras).flatMap(([camera, { voted, clear }]) => (voted ? [{ camera, nothing_to_mask: clear }] : [])),
  until: new Date(placeTime(values.last, '00:00') + DAY_MS).toISOString(),
  minutes: values.minutes.trim(),
  note: values.note.trim(),
});

/** What the node calls a number that it refuses. */
export const FIELD: Record<Counted, string> = { homes: 'homes', present: 'present', for: 'in_favour', against: 'against' };
