/** What is handed out: as it was recorded, a copy, or both. Pure. */
import type { components } from '@shared/api/schema.d.ts';
import type { Mask } from '@shared/watch/masks/masks.ts';

export type Copy = components['schemas']['CopyWanted'];
export const HOWS = ['as-recorded', 'only-copy', 'both'] as const;
export type How = (typeof HOWS)[number];

/** The copy that is asked for with these cameras; null where it is handed out as it was recorded. */
export function copyOf(how: How, cameras: readonly string[], masks: Readonly<Record<string, readonly Mask[]>>): Copy | null {
  if (how === 'as-recorded') return null;
  const drawn = cameras.filter((camera) => (masks[camera] ?? []).length > 0);
  return { masks: drawn.map((camera) => ({ camera, masks: [...masks[camera]!] })), only_copy: how === 'only-copy' };
}
