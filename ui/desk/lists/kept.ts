/**
 * A page of what a list keeps, where the node cannot search by that itself: pages of which little is kept are followed by
 * the next ones, a bounded number at a time, so that "nothing found" is said only where all of it was looked through.
 */
type Page<T> = { items: T[]; next?: string | null };

const ENOUGH = 30;
const PAGES = 20;

export async function keptOf<T>(fetch: (after: string | null) => Promise<Page<T>>, keep: (one: T) => boolean, after: string | null): Promise<{ items: T[]; next: string | null }> {
  const items: T[] = [];
  let next = after;
  for (let turn = 0; turn < PAGES; turn += 1) {
    const page = await fetch(next);
    items.push(...page.items.filter(keep));
    next = page.next ?? null;
    if (!next || items.length >= ENOUGH) break;
  }
  return { items, next };
}
