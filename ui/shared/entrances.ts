/**
 * What whoever goes to a fire must know to find and enter homes: where it burns, then next door, each nearest first. The node tells it
 * to whom it concerns; of the others every text is empty. A home next door of which nothing is written is left out, and where nobody
 * knows which home burns, none is next door. Pure.
 */
import type { Alarm, Position } from '@shared/api/types.ts';

export type Entrance = { home: string | null; label: string; burning: boolean; metres: number | null; find: string; floors: string; position: Position | null };

export function entrances(alarm: Alarm): Entrance[] {
  const { origin } = alarm;
  const known = alarm.households.some((home) => home.burning);
  const near = alarm.households
    .filter((home) => home.burning || (known && home.adjoining) || home.household === origin.household)
    .map(
      (home): Entrance => ({
        home: home.household,
        label: home.label,
        burning: home.burning,
        metres: home.metres ?? null,
        find: home.how_to_find ?? (home.household === origin.household ? (origin.how_to_find ?? '') : ''),
        floors: home.floor_notes ?? (home.household === origin.household ? (origin.floor_notes ?? '') : ''),
        position: home.position ?? null,
      }),
    );
  if (!near.some(({ home }) => home === origin.household)) {
    near.push({ home: origin.household ?? null, label: origin.label, burning: origin.household != null, metres: 0, find: origin.how_to_find ?? '', floors: origin.floor_notes ?? '', position: origin.position ?? null });
  }
  const weight = (one: Entrance) => (one.home === (origin.household ?? null) ? 0 : one.burning ? 1 : 2);
  return near.filter((one) => weight(one) < 2 || one.find || one.floors).sort((a, b) => weight(a) - weight(b) || (a.metres ?? Infinity) - (b.metres ?? Infinity));
}
