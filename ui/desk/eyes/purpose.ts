/** Why an officer looks: what is offered, and what belongs to it. The node decides again by its own list. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Purpose = components['schemas']['LookPurpose'];

const OFFERED: readonly Purpose[] = ['duty_watch', 'accident', 'missing_person', 'offence', 'camera_check'];
const NUMBERED: readonly Purpose[] = ['offence', 'data_request', 'order'];

/** Duty watch is for whoever has the shift. */
export const purposes = (onDuty: boolean): readonly Purpose[] => OFFERED.filter((one) => onDuty || one !== 'duty_watch');

/** Whether the number of the case, the request or the order must be named. */
export const needsCase = (purpose: Purpose): boolean => NUMBERED.includes(purpose);

/** The name of its text. */
export const said = (purpose: Purpose): string => `look-purpose-${purpose.replaceAll('_', '-')}`;
