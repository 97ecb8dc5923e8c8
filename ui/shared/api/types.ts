/** Short names for the shapes that the node sends, straight from the OpenAPI document. */
import type { components, paths } from './schema.d.ts';

type S = components['schemas'];
export type Account = S['Account'];
export type Alarm = S['Alarm'];
export type AlarmHousehold = S['AlarmHousehold'];
export type AlarmReceipt = S['AlarmReceipt'];
export type AlarmReport = S['AlarmReport'];
export type AnswerKind = S['AnswerKind'];
export type Board = S['Board'];
export type CardKind = S['CardKind'];
export type Saw = S['Saw'];
export type Contents = S['Contents'];
export type Device = S['Device'];
export type DeviceTrend = S['DeviceTrend'];
export type Drill = S['Drill'];
export type Happened = S['Happened'];
export type HomeRow = S['HouseholdListed'];
export type HomeShown = S['HouseholdShown'];
export type HomeView = S['HomeView'];
export type Household = S['HouseholdWhole'];
export type Invitation = S['Invitation'];
export type InvitationItem = S['InvitationItem'];
export type LatePress = S['LatePress'];
export type MapView = S['MapView'];
export type MemberKind = S['MemberKind'];
export type NewAlarm = S['NewAlarm'];
export type PairedDevice = S['PairedDevice'];
export type Pairing = S['Pairing'];
export type Obstacle = S['Obstacle'];
export type Passkey = S['Passkey'];
export type Person = S['PersonShown'];
export type PlaceShown = S['PlaceShown'];
export type Point = S['Point'];
export type Position = S['Position'];
export type Quiet = S['Quiet'];
export type Responder = S['Responder'];
export type Role = S['Role'];
export type RoleInput = S['RoleInput'];
export type Session = S['Session'];
export type SessionItem = S['SessionItem'];
export type Shift = S['ShiftShown'];
export type SirenKind = S['SirenKind'];
export type Team = S['TeamShown'];
export type Training = S['Training'];
export type TrendSpan = S['TrendSpan'];
export type Undelivered = S['DeadLetters'];
export type HomePhone = S['HomePhone'];

/** One page of a list. */
export type Page<Item> = { items: Item[]; next?: string | null };

/** What can be done in an alarm: the last part of `/api/alarms/{id}/…`. */
export type Act = { [P in keyof paths]: P extends `/api/alarms/{id}/${infer W}` ? (paths[P] extends { post: { responses: unknown } } ? W : never) : never }[keyof paths];
type Sent<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;
/** What an act in an alarm says to the node. */
export type ActBody<W extends Act> = `/api/alarms/{id}/${W}` extends infer P extends keyof paths ? (paths[P] extends { post: infer O } ? Sent<O> : undefined) : undefined;
