/**
 * All of a list that is short by its nature (places, points, the phones of a home), page after page. Bounded: what is longer
 * belongs into a list that is searched on the node.
 */
import type { Page } from './types.ts';

const PAGE = 200;
const PAGES = 50;

export async function whole<T>(fetch: (page: { limit: number; after: string | null }) => Promise<Page<T>>): Promise<{ items: T[] }> {
  const items: T[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < PAGES; turn += 1) {
    const page: Page<T> = await fetch({ limit: PAGE, after });
    items.push(...page.items);
    after = page.next ?? null;
    if (after === null) break;
  }
  return { items };
}
