/** The cameras of this home, and how long their site keeps what is recorded. */
import { api } from '@shared/api/client.ts';
import { whole } from '@shared/api/whole.ts';
import { node } from '../../node.svelte.ts';
import type { Camera } from './sharing.ts';

export async function ownCameras(): Promise<Camera[]> {
  const { items } = await whole((part) => api.get('/api/cameras', { query: part }));
  return items.filter((one) => one.household === node.household && one.household != null);
}

/** A camera, and the hours for which its footage is kept; null where its site is not told. */
export type Whole = { camera: Camera; keepHours: number | null };

export async function ownCamera(id: string): Promise<Whole> {
  const [camera, sites] = await Promise.all([api.get('/api/cameras/{id}', { params: { id } }), whole((part) => api.get('/api/sites', { query: part })).catch(() => ({ items: [] }))]);
  return { camera, keepHours: sites.items.find((site) => site.id === camera.site)?.keep_hours ?? null };
}
