/**
 * What a one-time code does is done once. A lost answer is asked for again with the same key and the same body, which the
 * node answers as it did the first time; after a refusal nothing was done, and the next try is a new one.
 * Promises: while an answer is missing, nothing else is sent under that name, after a reload too, unless it is secret: then it
 * stays in this page's memory alone.
 */
import { uuidv7 } from '../id.ts';
import { Trouble } from './client.ts';

export type Sent<B> = { key: string; body: B };
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const unanswered = new Map<string, string>();

function tab(): Kept | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

/** Whether something was sent under this name and the answer is missing. */
export const waiting = (name: string): boolean => unanswered.has(name);

export async function once<B, A>(name: string, body: B, send: (sent: Sent<B>) => Promise<A>, options: { secret?: boolean; kept?: Kept | null; now?: number } = {}): Promise<A> {
  const kept = options.kept === undefined ? tab() : options.kept;
  const before = unanswered.get(name) ?? kept?.getItem(`liengia.once.${name}`) ?? null;
  const sent: Sent<B> = before ? (JSON.parse(before) as Sent<B>) : { key: uuidv7(options.now ?? Date.now()), body };
  const text = JSON.stringify(sent);
  unanswered.set(name, text);
  try {
    if (!options.secret) kept?.setItem(`liengia.once.${name}`, text);
  } catch {
    // A full or closed store: this page remembers it.
  }
  try {
    const answer = await send(sent);
    forget(name, kept);
    return answer;
  } catch (reason) {
    if (!(reason instanceof Trouble && reason.passing)) forget(name, kept);
    throw reason;
  }
}

function forget(name: string, kept: Kept | null): void {
  unanswered.delete(name);
  kept?.removeItem(`liengia.once.${name}`);
}
