import { expect, test } from 'vitest';
import { csv } from './save.ts';

test('a table keeps its commas, quotes and marks, and no cell becomes a formula', () => {
  expect(csv(['Nhà', 'Người'], [['Nhà bà Lan, số 12', 4], ['=HYPERLINK("x")', 1]])).toBe('\uFEFFNhà,Người\r\n"Nhà bà Lan, số 12",4\r\n"\'=HYPERLINK(""x"")",1\r\n');
});
