/** Sends one item of the outbox; used by the page and by the service worker alike. */
import { send, Trouble } from '@shared/api/client.ts';
import type { AlarmReceipt } from '@shared/api/types.ts';
import type { Item } from './outbox.ts';

/** Short enough that a black hole is left and tried again, long enough for a slow network. */
const TRY_MS = 8000;

export async function sendItem(item: Item, lang: string): Promise<unknown> {
  const answer = await send(item.method, item.path, { body: bodyNow(item), key: item.id, lang, timeoutMs: TRY_MS });
  const receipt = answer as Partial<AlarmReceipt> | undefined;
  // Only the node can know the press by its id: anything else that answers 200 on the way did not take it. A late one that
  // still burns may ring in another alarm.
  if (item.kind === 'press' && (item.id === item.alarm ? receipt?.alarm !== item.alarm : !receipt?.alarm)) throw new Trouble('unreachable', 0, null);
  return answer;
}

/** A press says by this phone's own clock how long it has waited, each time anew: that clock need not be right. */
function bodyNow(item: Item): unknown {
  return item.kind === 'press' ? { ...(item.body as object), sent_at: new Date().toISOString() } : item.body;
}

export const mayPass = (reason: unknown): boolean => !(reason instanceof Trouble) || reason.passing;
