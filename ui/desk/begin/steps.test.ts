import { expect, test } from 'vitest';
import { steps } from './steps.ts';

const admin = [{ role: 'administrator' as const }];
const clerk = [{ role: 'clerk' as const }];
const left = (of: ReturnType<typeof steps>) => of.filter((one) => !one.done).map((one) => one.name);

test('a node that was just set up lacks everything but the commune and its administrator', () => {
  expect(left(steps({ places: 1, accounts: 1, teams: 0, homes: 0 }, admin))).toEqual(['places', 'accounts', 'teams', 'homes']);
});
test('an administrator names places and accounts, and leaves teams and homes to the clerk', () => {
  const whose = (roles: typeof admin | typeof clerk, accounts: number | null) => steps({ places: 1, accounts, teams: 0, homes: 0 }, roles).filter((one) => one.mine).map((one) => one.name);
  expect(whose(admin, 1)).toEqual(['places', 'accounts']);
  expect(whose(clerk, null)).toEqual(['places', 'teams', 'homes']);
});
test('a commune with homes lacks nothing', () => {
  expect(left(steps({ places: 4, accounts: 3, teams: 2, homes: 20 }, admin))).toEqual([]);
});
