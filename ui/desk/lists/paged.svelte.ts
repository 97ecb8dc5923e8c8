/** A list that comes page by page and is searched on the node. A late answer never replaces a newer one. */
import { line } from '@shared/api/words.ts';
import type { Page } from '@shared/api/types.ts';

export type Fetch<Item> = (search: string, after: string | null) => Promise<Page<Item>>;

export class Paged<Item> {
  items = $state.raw<Item[]>([]);
  next = $state<string | null>(null);
  busy = $state(false);
  why = $state('');
  #turn = 0;
  #search = '';

  constructor(private readonly fetch: Fetch<Item>) {}

  async load(search: string): Promise<void> {
    this.#search = search;
    await this.#ask(null);
  }

  async more(): Promise<void> {
    if (this.next !== null && !this.busy) await this.#ask(this.next);
  }

  async #ask(after: string | null): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const page = await this.fetch(this.#search, after);
      if (turn !== this.#turn) return;
      this.items = after === null ? page.items : [...this.items, ...page.items];
      this.next = page.next ?? null;
      this.why = '';
    } catch (reason) {
      if (turn === this.#turn) this.why = line(reason);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
