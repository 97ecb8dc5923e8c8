import { Trouble, type Problem } from '@shared/api/client.ts';
import { uuidv7 } from '@shared/id.ts';
import { lang } from '@shared/i18n/index.svelte.ts';

/** A file that can be fetched once, whole; as long as it takes. */
export async function fetchFile(path: string): Promise<Blob> {
  const headers = { 'Accept-Language': lang(), 'Idempotency-Key': uuidv7(Date.now()) };
  const response = await fetch(path, { method: 'POST', headers, credentials: 'same-origin', cache: 'no-store' }).catch(() => null);
  if (!response) throw new Trouble('unreachable', 0, null);
  if (!response.ok) throw new Trouble('refused', response.status, ((await response.json().catch(() => null)) as Problem | null) ?? null);
  return response.blob();
}
