/** Where a role can be held: the places and teams that whoever sits here knows, as choices of one list. */
import { t } from '@shared/i18n/index.svelte.ts';
import type { PlaceShown, Role, RoleInput, Team } from '@shared/api/types.ts';
import { whole } from '@shared/api/whole.ts';
import { desk } from '../api.ts';

export const STAFF: readonly Role[] = ['duty_officer', 'clerk', 'mediator', 'analyst', 'administrator', 'auditor'];
export const LEADERS: readonly Role[] = ['team_leader', 'team_deputy'];

export type Choice = { value: string; label: string };

let places = $state.raw<PlaceShown[]>([]);
let teams = $state.raw<Team[]>([]);

export async function loadScopes(): Promise<void> {
  const [tree, page] = await Promise.all([desk.places(), whole(desk.teams)]);
  [places, teams] = [tree.items, page.items];
}

/** A leader leads a team; everybody else of the commune works for a place and all that stands in it. */
export function scopesFor(role: Role): Choice[] {
  if (LEADERS.includes(role)) return teams.map((team) => ({ value: `team/${team.id}`, label: team.name }));
  return places.map((place) => ({ value: `${place.kind}/${place.id}`, label: `${t(`scope-${place.kind}`)}: ${place.name}` }));
}

/** `commune/0190…` as the node reads it. */
export function roleInput(role: Role, choice: string): RoleInput {
  const [kind = '', id = ''] = choice.split('/');
  return { role, scope: { kind, id } };
}
