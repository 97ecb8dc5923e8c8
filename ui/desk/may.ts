/**
 * Which role is offered what on the screens of the desk. The node decides again at each call by its own table; this only
 * spares people doors that do not open. Pure.
 */
import type { Role } from '@shared/api/types.ts';

const LEADS: readonly Role[] = ['team_leader', 'team_deputy'];
const KEEPS: readonly Role[] = ['duty_officer', 'clerk'];

const DEEDS = {
  readBoard: ['duty_officer'],
  press: ['duty_officer', ...LEADS],
  readMap: [...KEEPS, ...LEADS],
  readAlarms: ['duty_officer', 'auditor', ...LEADS],
  readReport: [...KEEPS, 'analyst', 'auditor', ...LEADS],
  readDrills: [...KEEPS, 'analyst', 'auditor', ...LEADS],
  keepDrills: ['duty_officer', ...LEADS],
  readTeams: [...KEEPS, 'mediator', 'analyst', 'administrator', 'auditor', ...LEADS],
  readLeaders: [...KEEPS, 'mediator', 'administrator', 'auditor', ...LEADS],
  keepTeams: KEEPS,
  readHomes: [...KEEPS, 'analyst', 'administrator', 'auditor', ...LEADS],
  keepLadder: ['duty_officer', ...LEADS],
  keepHomes: KEEPS,
  keepPeople: [...KEEPS, ...LEADS],
  erasePerson: ['clerk', 'administrator'],
  readHelpReads: ['auditor'],
  keepPhones: ['duty_officer', 'administrator', ...LEADS],
  invite: [...KEEPS, 'administrator', ...LEADS],
  readHistory: [...KEEPS, 'administrator', 'auditor', ...LEADS],
  readPoints: [...KEEPS, 'mediator', 'analyst', 'administrator', 'auditor', ...LEADS],
  keepPoints: KEEPS,
  readDevices: ['duty_officer', 'administrator', ...LEADS],
  readSilence: ['duty_officer', ...LEADS],
  openHealth: ['duty_officer', 'administrator', 'auditor', ...LEADS],
  keepDevices: ['duty_officer', 'administrator', ...LEADS],
  testRing: ['duty_officer', ...LEADS],
  keepShift: ['duty_officer'],
  readNode: ['duty_officer', 'administrator', 'auditor'],
  keepNode: ['duty_officer', 'administrator'],
  readShifts: ['duty_officer', 'administrator', 'auditor'],
  readAccounts: ['administrator', 'auditor'],
  keepAccounts: ['administrator'],
  keepPlaces: ['clerk', 'administrator'],
  readCameras: ['duty_officer', 'administrator', 'auditor'],
  keepCameras: ['duty_officer', 'administrator'],
  keepResidentsView: ['duty_officer', 'administrator'],
  watchCameras: ['duty_officer'],
  askToReaim: ['duty_officer'],
  readLooks: ['auditor'],
  readEvidence: ['duty_officer', 'administrator', 'auditor'],
  askExport: ['duty_officer'],
  decideExport: ['duty_officer', 'administrator'],
  askDelay: ['duty_officer'],
  decideDelay: ['duty_officer', 'auditor'],
  holdFootage: ['duty_officer'],
  noteSighting: ['duty_officer'],
  readSightings: ['duty_officer', 'analyst', 'administrator', 'auditor'],
} satisfies Record<string, readonly Role[]>;

export type Deed = keyof typeof DEEDS;

export function mayWith(roles: readonly { role: Role }[], deed: Deed): boolean {
  return roles.some(({ role }) => (DEEDS[deed] as readonly Role[]).includes(role));
}
