/** A home as the fields of a form, and what a correction of it sends. Pure. */
import type { HomeRow, HomeShown, MemberKind, Position } from '@shared/api/types.ts';
import { spotOf } from '../map/project.ts';

export const KINDS: readonly MemberKind[] = ['home', 'boarding_house', 'school', 'agency', 'company', 'boat'];

export type HomeValues = { label: string; kind: MemberKind; place: string; occupants: string; how_to_find: string; floor_notes: string; lat: string; lon: string };

export const NO_HOME: HomeValues = { label: '', kind: 'home', place: '', occupants: '', how_to_find: '', floor_notes: '', lat: '', lon: '' };

export function homeValues(home: HomeShown): HomeValues {
  const { label, kind, place, occupants, how_to_find, floor_notes, position } = home;
  return { label, kind, place: place.id, occupants: occupants ? String(occupants) : '', how_to_find, floor_notes, lat: position ? String(position.lat) : '', lon: position ? String(position.lon) : '' };
}

const written = (text: string) => text.trim().normalize('NFC');

/** Nothing written is no number. What is not a number goes as 0, which the node refuses with the bounds. */
const numberOf = (text: string) => (text.trim() === '' ? null : /^\d+$/.test(text.trim()) ? Number(text.trim()) : 0);

/** How many people have to be out of a home in a fire: those on record, or as many as are usually there. */
export const peopleIn = (home: Pick<HomeRow, 'people_count' | 'occupants'>) => Math.max(home.people_count, home.occupants ?? 0);

/** What a new home is sent as. */
export function homeFacts(values: HomeValues): { label: string; kind: MemberKind; place: string; occupants: number | null; how_to_find: string; floor_notes: string; position?: Position } {
  const position = spotOf(values.lat, values.lon);
  return { label: written(values.label), kind: values.kind, place: values.place, occupants: numberOf(values.occupants), how_to_find: written(values.how_to_find), floor_notes: written(values.floor_notes), ...(position ? { position } : {}) };
}

/** Only what differs from before: what is left out stays as it is. */
export function homeChanges(before: HomeValues, after: HomeValues): Partial<ReturnType<typeof homeFacts>> {
  const [old, fresh] = [homeFacts(before), homeFacts(after)];
  return Object.fromEntries(Object.entries(fresh).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof typeof old])));
}
