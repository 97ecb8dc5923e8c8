/** Short names for the shapes that the node sends, straight from the OpenAPI document. */
import type { components } from './schema.d.ts';

type S = components['schemas'];
export type Alarm = S['Alarm'];
export type AlarmHousehold = S['AlarmHousehold'];
export type AlarmReceipt = S['AlarmReceipt'];
export type AnswerKind = S['AnswerKind'];
export type CardKind = S['CardKind'];
export type Device = S['Device'];
export type Drill = S['Drill'];
export type HomeView = S['HomeView'];
export type Household = S['Household'];
export type Invitation = S['Invitation'];
export type NewAlarm = S['NewAlarm'];
export type Person = S['Person'];
export type Responder = S['Responder'];
export type Role = S['Role'];
export type Session = S['Session'];
export type SessionItem = S['SessionItem'];
