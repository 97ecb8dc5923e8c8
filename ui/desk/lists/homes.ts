/** A home as the fields of a form, and what a correction of it sends. Pure. */
import type { HomeShown, MemberKind, Position } from '@shared/api/types.ts';
import { spotOf } from '../map/project.ts';

export const KINDS: readonly MemberKind[] = ['home', 'boarding_house', 'school', 'agency', 'company', 'boat'];

export type HomeValues = { label: string; kind: MemberKind; place: string; how_to_find: string; floor_notes: string; lat: string; lon: string };

export const NO_HOME: HomeValues = { label: '', kind: 'home', place: '', how_to_find: '', floor_notes: '', lat: '', lon: '' };

export function homeValues(home: HomeShown): HomeValues {
  const { label, kind, place, how_to_find, floor_notes, position } = home;
  return { label, kind, place: place.id, how_to_find, floor_notes, lat: position ? String(position.lat) : '', lon: position ? String(position.lon) : '' };
}

const written = (text: string) => text.trim().normalize('NFC');

/** What a new home is sent as. */
export function homeFacts(values: HomeValues): { label: string; kind: MemberKind; place: string; how_to_find: string; floor_notes: string; position?: Position } {
  const position = spotOf(values.lat, values.lon);
  return { label: written(values.label), kind: values.kind, place: values.place, how_to_find: written(values.how_to_find), floor_notes: written(values.floor_notes), ...(position ? { position } : {}) };
}

/** Only what differs from before: what is left out stays as it is. */
export function homeChanges(before: HomeValues, after: HomeValues): Partial<ReturnType<typeof homeFacts>> {
  const [old, fresh] = [homeFacts(before), homeFacts(after)];
  return Object.fromEntries(Object.entries(fresh).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof typeof old])));
}
