/** Which cameras a wall shows, and which letter notes what. Pure. */
import type { components } from '@shared/api/schema.d.ts';
import type { Purpose } from './purpose.ts';

export type Camera = components['schemas']['CameraShown'];
export type SightingKind = components['schemas']['SightingKind'];

/** How many tiles a wall has; the keys 1 to 4 choose. */
export const SIZES = [1, 4, 9, 16] as const;
export const KINDS: readonly SightingKind[] = ['accident', 'flooding', 'crowd', 'smoke', 'obstacle', 'light_out', 'other'];

export const dashed = (word: string): string => word.replaceAll('_', '-');
export const stateOf = (camera: Camera): string => `camera-state-${dashed(camera.health.state ?? 'unknown')}`;

/** Whether a home lets its camera be watched live for this; the commune's own always may be. The node decides again. */
export function isOffered(camera: Camera, purpose: Purpose): boolean {
  if (camera.household === null || camera.household === undefined) return true;
  return !!camera.consent?.live && camera.consent.purposes.includes(purpose) && !camera.paused && camera.masking !== 'withheld';
}

/** What a camera without a picture has instead: why; null where pictures come, or may come any moment. */
export function silence(camera: Camera): string | null {
  const { state } = camera.health;
  return state === 'recording' || state === 'connecting' || state === null || state === undefined ? null : stateOf(camera);
}

/** Names as people count them: 2 before 10. */
const byName = new Intl.Collator('vi', { numeric: true });

/** The cameras of one page of the wall, in the order of their names. */
export function page(cameras: readonly Camera[], size: number, at: number): Camera[] {
  const sorted = [...cameras].sort((a, b) => byName.compare(a.site_name, b.site_name) || byName.compare(a.name, b.name));
  return sorted.slice(at * size, (at + 1) * size);
}

/** How many pages that makes; one where there is nothing. */
export const pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));

/** The cameras of each look that is opened for a page: the commune's together, each home's alone, so that one that is shut shuts no other. */
export function looksFor(cameras: readonly Camera[]): string[][] {
  const open = cameras.filter((one) => !one.household).map((one) => one.id);
  return [...(open.length > 0 ? [open] : []), ...cameras.filter((one) => one.household).map((one) => [one.id])];
}

/** Beneath each picture stand its name and how it is. */
const CAPTION_PX = 84;
const LEAST_PX = 240;

/** How many tiles stand side by side, and how wide each may be, so that all are seen at once and as large as can be; where they would be too small one scrolls. */
export function grid(count: number, width: number, height: number): { columns: number; width: number } {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const fits = (height / Math.ceil(count / columns) - CAPTION_PX) * (16 / 9);
    const wide = Math.min(width / columns, fits);
    if (wide > best.width) best = { columns, width: wide };
  }
  if (best.width >= LEAST_PX) return { columns: best.columns, width: Math.floor(best.width) };
  const columns = Math.max(1, Math.min(count, Math.floor(width / LEAST_PX)));
  return { columns, width: Math.floor(width / columns) };
}

/** Where an arrow key leads from one tile to another; it stays at the edge. */
export function beside(at: number, key: string, columns: number, count: number): number {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key] ?? 0;
  const to = at + by;
  return to >= 0 && to < count ? to : at;
}

/** Until when somebody sees to a camera that is out of order; null where nobody does any more. */
export const seenTo = (camera: Pick<Camera, 'repair_until'>, now: number): string | null => (camera.repair_until && Date.parse(camera.repair_until) > now ? camera.repair_until : null);

/** Cameras that are out of order, the longest first. */
export const dead = <T extends Pick<Camera, 'out_of_order_since'>>(cameras: readonly T[]): T[] =>
  cameras.filter((one) => one.out_of_order_since).sort((a, b) => (a.out_of_order_since ?? '').localeCompare(b.out_of_order_since ?? ''));
