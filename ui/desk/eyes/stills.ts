/** Single pictures that a look shows: what the node sends is a tiny MP4, and says in headers how it is coded and when it was taken. */
import { Trouble } from '@shared/api/client.ts';
import { lang } from '@shared/i18n/index.svelte.ts';

export type StillPicture = { data: Blob; codec: string; at: number };

/** Bytes that a look shows. */
export async function raw(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(path, { credentials: 'same-origin', headers: { 'Accept-Language': lang(), ...headers } }).catch(() => null);
  if (!answer) throw new Trouble('unreachable', 0, null);
  if (!answer.ok) throw new Trouble('refused', answer.status, await answer.json().catch(() => null));
  return answer;
}

/** The picture of that moment, in milliseconds since 1970, or the first after it; of a live look the newest that was recorded. */
export async function stillOf(look: string, camera: string, at?: number): Promise<StillPicture> {
  const when = at === undefined ? '' : `?at=${encodeURIComponent(new Date(at).toISOString())}`;
  const answer = await raw(`/api/looks/${look}/cameras/${camera}/still${when}`);
  return { data: await answer.blob(), codec: answer.headers.get('codec') ?? '', at: Number(answer.headers.get('taken-us')) / 1_000 || (at ?? 0) };
}
