import { expect, test } from 'vitest';
import { whole } from './whole.ts';

test('a list is read to its end, each page from where the one before it ended', async () => {
  const asked: (string | null)[] = [];
  const pages = new Map([[null, { items: [1, 2], next: 'b' }], ['b', { items: [3], next: 'c' }], ['c', { items: [4], next: null }]]);
  const { items } = await whole(({ after }) => (asked.push(after), Promise.resolve(pages.get(after as never)!)));
  expect([items, asked]).toEqual([[1, 2, 3, 4], [null, 'b', 'c']]);
});

test('a list without an end is given up', async () => {
  let turns = 0;
  await whole(() => (turns++, Promise.resolve({ items: [], next: 'more' })));
  expect(turns).toBe(50);
});
