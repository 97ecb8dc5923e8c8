/** Why an officer looks: what is offered, and what belongs to it. The node decides again by its own list. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Purpose = components['schemas']['LookPurpose'];
export type What = 'live' | 'playback' | 'export' | 'delay';

const LIVE: readonly Purpose[] = ['duty_watch', 'accident', 'missing_person', 'offence', 'camera_check'];
const PLAYBACK: readonly Purpose[] = ['duty_watch', 'accident', 'missing_person', 'offence', 'data_request', 'order', 'camera_check'];
const EXPORT: readonly Purpose[] = ['accident', 'missing_person', 'offence', 'data_request', 'order'];
const NUMBERED: readonly Purpose[] = ['offence', 'data_request'];
/** What telling those concerned can be put off for. */
export const DELAYED: readonly Purpose[] = ['offence', 'order'];
const OFFERED: Record<What, readonly Purpose[]> = { live: LIVE, playback: PLAYBACK, export: EXPORT, delay: DELAYED };

/** Duty watch is for whoever has the shift; an order reaches only what is recorded; nothing is handed out for watching. */
export const purposes = (what: What, onDuty: boolean): readonly Purpose[] => OFFERED[what].filter((one) => onDuty || one !== 'duty_watch');

/** Whether a copy of an order must be kept. */
export const needsOrder = (purpose: string): boolean => purpose === 'order';

/** Whether the number of the case or the request must be named. */
export const needsCase = (purpose: string): boolean => (NUMBERED as readonly string[]).includes(purpose);

/** Whether enough is said to look. */
export const isSaid = (purpose: string, number: string): boolean => purpose !== '' && (!needsCase(purpose) || number.trim() !== '');

/** The name of its text. */
export const said = (purpose: string): string => `look-purpose-${purpose.replaceAll('_', '-')}`;
