import { expect, test } from 'vitest';
import { changes, clashes } from './correct.ts';

const before = { label: 'Nhà bà Lan', how_to_find: 'Ngõ 12' };

test('a correction carries only what was changed, without the spaces around it', () => {
  expect(changes(before, { label: 'Nhà bà Lan', how_to_find: ' Ngõ 14 ' })).toEqual({ how_to_find: 'Ngõ 14' });
  expect(changes(before, before)).toEqual({});
});

test('both versions are shown where they differ, and nothing where both say the same', () => {
  expect(clashes(before, { label: 'Nhà bà Lan', how_to_find: 'Ngõ 14' }, { label: 'Nhà cô Lan', how_to_find: 'Ngõ 14' })).toEqual(['label']);
  expect(clashes(before, { ...before, how_to_find: 'Ngõ 14' }, { ...before, how_to_find: 'Ngõ 16' })).toEqual(['how_to_find']);
});
