/** Search and order as Vietnamese readers expect. */

/** Lower case without diacritics; đ has no decomposition and needs its own rule. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase().replaceAll('đ', 'd');
}

/** Whether every word of the query occurs in the text, diacritics aside. */
export function matches(text: string, query: string): boolean {
  const folded = fold(text);
  return fold(query).split(/\s+/).every((word) => folded.includes(word));
}

const collator = new Intl.Collator('vi', { numeric: true });
export const compareText = (a: string, b: string): number => collator.compare(a, b);
