import { expect, test } from 'vitest';
import { within } from './moments.ts';

const moment = (at: number) => ({ id: String(at), at, name: '' });
test('what is shown of the time line can be gone to, in order, and not too much of it', () => {
  expect(within([30, 10, 99, 20].map(moment), { from: 10, to: 31 }).map(({ at }) => at)).toEqual([10, 20, 30]);
  expect(within(Array.from({ length: 40 }, (_, n) => moment(n)), { from: 0, to: 99 })).toHaveLength(12);
});
