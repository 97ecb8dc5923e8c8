/** What a new commune still lacks before a press can ring anybody, in the order in which it is done. Pure. */
import type { Role } from '@shared/api/types.ts';
import type { Place } from '../board.ts';
import { mayWith, type Deed } from '../may.ts';

export type Sums = { places: number; accounts: number | null; teams: number; homes: number };
export type Step = { name: 'places' | 'accounts' | 'teams' | 'homes'; screen: Place; done: boolean; mine: boolean };

const KEPT_BY: Record<Step['name'], Deed> = { places: 'keepPlaces', accounts: 'keepAccounts', teams: 'keepTeams', homes: 'keepHomes' };

/** The commune's own place and the first administrator are there from the set-up on: what counts is more than those. */
export function steps(sums: Sums, roles: readonly { role: Role }[]): Step[] {
  const done = { places: sums.places > 1, accounts: (sums.accounts ?? 2) > 1, teams: sums.teams > 0, homes: sums.homes > 0 };
  const names = ['places', 'accounts', 'teams', 'homes'] as const;
  return names.filter((name) => name !== 'accounts' || sums.accounts !== null).map((name) => ({ name, screen: name, done: done[name], mine: mayWith(roles, KEPT_BY[name]) }));
}
