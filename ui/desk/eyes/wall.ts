/** Which cameras a wall shows. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Camera = components['schemas']['CameraShown'];

/** How many tiles a wall has. */
export const SIZES = [1, 4, 9, 16] as const;

/** The cameras of one page of the wall, in the order of their names. */
export function page(cameras: readonly Camera[], size: number, at: number): Camera[] {
  const sorted = [...cameras].sort((a, b) => a.name.localeCompare(b.name, 'vi'));
  return sorted.slice(at * size, (at + 1) * size);
}

/** How many pages that makes; one where there is nothing. */
export const pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));
