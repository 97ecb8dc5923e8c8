import { describe, expect, it } from 'vitest';
import { keptOf } from './kept.ts';

const pages = (count: number, each: number) => (after: string | null) => {
  const at = Number(after ?? 0);
  const items = Array.from({ length: each }, (_, n) => at * each + n);
  return Promise.resolve({ items, next: at + 1 < count ? String(at + 1) : null });
};

describe('a list that is searched page by page', () => {
  it('finds what stands on a later page', async () => {
    expect(await keptOf(pages(5, 10), (n) => n === 47, null)).toEqual({ items: [47], next: null });
  });

  it('stops where enough was found, and goes on from there', async () => {
    const first = await keptOf(pages(9, 20), () => true, null);
    expect([first.items.length, first.next]).toEqual([40, '2']);
    expect((await keptOf(pages(9, 20), () => true, first.next)).items[0]).toBe(40);
  });

  it('looks through a bounded number at a time', async () => {
    expect(await keptOf(pages(100, 10), () => false, null)).toEqual({ items: [], next: '20' });
  });
});
