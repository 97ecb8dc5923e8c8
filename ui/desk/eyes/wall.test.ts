import { expect, test } from 'vitest';
import { page, pages, type Camera } from './wall.ts';

const camera = (name: string) => ({ id: name, name }) as Camera;

test('a wall shows its cameras by name, page after page', () => {
  const all = ['d', 'b', 'a', 'c', 'e'].map(camera);
  expect(page(all, 4, 0).map((one) => one.name)).toEqual(['a', 'b', 'c', 'd']);
  expect(page(all, 4, 1).map((one) => one.name)).toEqual(['e']);
  expect(pages(5, 4)).toBe(2);
  expect(pages(0, 4)).toBe(1);
});
