/**
 * What this phone must not lose: presses and answers, kept until the node has answered.
 *
 * Promises: an item leaves only when the node took it or refused it; a repeat carries the same key, so it counts once; an
 * answer about an alarm is not sent before the press that raised it; one item's trouble never holds up another alarm.
 * Never drops a press because of its age: the node asks "Still burning?" instead.
 */
export type Item = {
  /** The idempotency key; for a press the alarm's own id. */
  id: string;
  kind: 'press' | 'act';
  alarm: string;
  method: 'POST';
  path: string;
  body?: unknown;
  /** Whose word it is; it is sent while they are signed in, and never with the sign-in of somebody else. */
  whose?: string;
  madeAt: number;
  tries: number;
  nextAt: number;
};

export type Outcome = { item: Item } & ({ is: 'sent'; answer: unknown } | { is: 'refused'; reason: unknown } | { is: 'waiting' });

export type Shelf = { all: () => Promise<Item[]>; put: (item: Item) => Promise<void>; remove: (id: string) => Promise<void> };

export type Ports = {
  shelf: Shelf;
  send: (item: Item) => Promise<unknown>;
  /** Whether the same request may succeed later. */
  passing: (reason: unknown) => boolean;
  now: () => number;
  /** Who is signed in: null is nobody, undefined is not known yet. */
  whose: () => string | null | undefined;
  tell: (outcome: Outcome) => void;
};

/** Answers are kept for a day at most, and this many; presses stay. */
export const ACT_MAX_AGE_MS = 24 * 3_600_000;
export const ITEMS_MOST = 100;
const WAITS_MS = [1000, 2000, 3000, 5000];

export class Outbox {
  #sending = new Map<string, Promise<boolean>>();

  constructor(private readonly ports: Ports) {}

  /** Keeps the item and tries at once; a press does not wait for the storage. Returns when the first try is decided. */
  async add(item: Omit<Item, 'tries' | 'nextAt' | 'madeAt' | 'method' | 'whose'>): Promise<void> {
    const whose = this.ports.whose();
    const whole: Item = { ...item, ...(whose ? { whose } : {}), method: 'POST', madeAt: this.ports.now(), tries: 0, nextAt: 0 };
    const keeping = this.#keep(whole);
    if (whole.kind === 'press') {
      await this.#try(whole, keeping);
      return;
    }
    await keeping;
    const held = (await this.ports.shelf.all()).some((one) => one.kind === 'press' && one.alarm === whole.alarm);
    if (!held) await this.#try(whole);
  }

  /** Tries everything that is due; with `all` also what would wait longer, because the network came back. */
  async flush(all = false): Promise<void> {
    const now = this.ports.now();
    const items = (await this.ports.shelf.all()).sort((a, b) => a.madeAt - b.madeAt);
    const unsent = new Set<string>();
    const presses = items.filter((one) => one.kind === 'press');
    await Promise.all(
      presses.map(async (press) => {
        const gone = (all || press.nextAt <= now) && (await this.#try(press));
        if (!gone) unsent.add(press.alarm);
      }),
    );
    const acts = items.filter((one) => one.kind === 'act' && !unsent.has(one.alarm) && (all || one.nextAt <= now));
    await Promise.all(acts.map((item) => this.#try(item)));
  }

  /** When to flush next; null when nothing waits. */
  async nextAt(): Promise<number | null> {
    const items = await this.ports.shelf.all();
    return items.length ? Math.min(...items.map((item) => item.nextAt)) : null;
  }

  pending(): Promise<Item[]> {
    return this.ports.shelf.all();
  }

  async #keep(item: Item): Promise<void> {
    const { shelf } = this.ports;
    const kept = shelf.put(item);
    const acts = (await shelf.all()).sort((a, b) => a.madeAt - b.madeAt).filter((one) => one.kind === 'act' && one.id !== item.id);
    const stale = acts.filter((one) => item.madeAt - one.madeAt > ACT_MAX_AGE_MS);
    const surplus = acts.slice(0, Math.max(0, acts.length + 1 - ITEMS_MOST));
    for (const one of new Set([...stale, ...surplus])) await shelf.remove(one.id);
    await kept;
  }

  /** One try at a time per item, in this page. Answers whether the item has left the box. */
  #try(item: Item, keeping?: Promise<void>): Promise<boolean> {
    const running = this.#sending.get(item.id);
    if (running) return running;
    const attempt = this.#attempt(item, keeping).finally(() => this.#sending.delete(item.id));
    this.#sending.set(item.id, attempt);
    return attempt;
  }

  async #attempt(item: Item, keeping?: Promise<void>): Promise<boolean> {
    const { shelf, send, passing, tell } = this.ports;
    let left = true;
    const who = this.ports.whose();
    if (item.whose !== undefined && who !== undefined && who !== item.whose) {
      // Nobody is signed in: it waits for its person. Somebody else is: it was never theirs.
      if (who === null) this.#later(item);
      await keeping?.catch(() => undefined);
      await (who === null ? shelf.put(item) : shelf.remove(item.id));
      return who !== null;
    }
    try {
      const answer = await send(item);
      tell({ item, is: 'sent', answer });
    } catch (reason) {
      left = !passing(reason);
      if (left) tell({ item, is: 'refused', reason });
      else this.#later(item);
    }
    await keeping?.catch(() => undefined);
    await (left ? shelf.remove(item.id) : shelf.put(item));
    return left;
  }

  #later(item: Item): void {
    item.tries += 1;
    item.nextAt = this.ports.now() + WAITS_MS[Math.min(item.tries, WAITS_MS.length) - 1]!;
    this.ports.tell({ item, is: 'waiting' });
  }
}
