/** The public cameras of this village that its residents paid for, and whether one may look. */
import { api } from '@shared/api/client.ts';
import type { components } from '@shared/api/schema.d.ts';
import { whole } from '@shared/api/whole.ts';

type S = components['schemas'];
export type VillageSite = S['VillageSite'];
export type VillageCamera = S['VillageCamera'];

/** How long a look lasts, a moment less than at the node: it is over here before it is cut off there. */
export const LOOK_MS = 5 * 60_000 - 3_000;

export async function villageSites(): Promise<VillageSite[]> {
  return (await whole((part) => api.get('/api/village-cameras', { query: part }))).items;
}

/** The name of the text that says whether residents may look at it. */
export function stateOf({ shut, objected }: Pick<VillageCamera, 'shut' | 'objected'>): string {
  if (objected) return 'village-mine';
  if (!shut) return 'village-open';
  const said: Record<string, string> = { objected: 'village-shut-objected', not_masked: 'village-shut-not-masked', not_voted: 'village-shut-not-voted' };
  return said[shut] ?? 'village-shut-other';
}

/** A camera and its site, by the camera's id. */
export function found(sites: readonly VillageSite[], id: string): { site: VillageSite; camera: VillageCamera } | null {
  for (const site of sites) {
    const camera = site.cameras.find((one) => one.id === id);
    if (camera) return { site, camera };
  }
  return null;
}
