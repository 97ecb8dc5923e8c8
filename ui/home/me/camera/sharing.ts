/** What a home lets its camera be used for: the questions, in their order, and what the answers come to. Pure. */
import type { components } from '@shared/api/schema.d.ts';
import { placeTime } from '@shared/time.ts';

type S = components['schemas'];
export type Camera = S['CameraShown'];
export type Consent = S['Consent'];
export type Purpose = S['LookPurpose'];

/** What can be shared for; a home is asked about nothing else. */
export const PURPOSES = ['duty_watch', 'alarm', 'accident', 'missing_person', 'offence'] as const satisfies readonly Purpose[];
export type Shared = (typeof PURPOSES)[number];
export const WAYS = ['live', 'recorded', 'both'] as const;
export type Way = (typeof WAYS)[number];
export type Step = 'purposes' | 'way' | 'alarms' | 'hours' | 'until' | 'check';

/** The answers so far; null is a question that nobody has answered yet. Hours in minutes from midnight; `until` is a day, its end meant. */
export type Draft = {
  purposes: readonly Shared[];
  way: Way | null;
  onlyAlarms: boolean | null;
  hours: { from: number; to: number } | 'all' | null;
  until: string | 'open' | null;
};

export const nothing: Draft = { purposes: [], way: null, onlyAlarms: null, hours: null, until: null };

const DAY_MS = 86_400_000;
const DAY_MINUTES = 24 * 60;
/** Of a day that is written as 2025-08-19. */
const DATE_LENGTH = 10;

/** Whoever shares for alarms alone has answered already that it is only during alarms. */
const alarmAlone = (draft: Draft): boolean => draft.purposes.length === 1 && draft.purposes[0] === 'alarm';

export function steps(draft: Draft): Step[] {
  const asked: Step[] = ['purposes', 'way', 'alarms', 'hours', 'until', 'check'];
  return alarmAlone(draft) ? asked.filter((step) => step !== 'alarms') : asked;
}

export function answered(step: Step, draft: Draft): boolean {
  if (step === 'purposes') return draft.purposes.length > 0;
  if (step === 'way') return draft.way !== null;
  if (step === 'alarms') return draft.onlyAlarms !== null;
  if (step === 'hours') return draft.hours !== null && (draft.hours === 'all' || draft.hours.from !== draft.hours.to);
  if (step === 'until') return draft.until !== null;
  return true;
}

/** The consent that the answers come to, or null while one is missing. */
export function consentOf(draft: Draft): Consent | null {
  if (!steps(draft).every((step) => answered(step, draft)) || !draft.way || !draft.hours || !draft.until) return null;
  return {
    purposes: PURPOSES.filter((one) => draft.purposes.includes(one)),
    live: draft.way !== 'recorded',
    recorded: draft.way !== 'live',
    only_during_alarms: alarmAlone(draft) || draft.onlyAlarms === true,
    ...(draft.hours === 'all' ? {} : { hours: draft.hours }),
    ...(draft.until === 'open' ? {} : { until: new Date(placeTime(draft.until, '00:00') + DAY_MS).toISOString() }),
  };
}

/** The answers that a consent was made of, so that it can be changed. */
export function draftOf(consent: Consent, dayOf: (at: number) => string): Draft {
  return {
    purposes: PURPOSES.filter((one) => consent.purposes.includes(one)),
    way: wayOf(consent),
    onlyAlarms: consent.only_during_alarms,
    hours: consent.hours ? { from: consent.hours.from, to: consent.hours.to } : 'all',
    // Its end is not in it: the day before that moment is the last one.
    until: consent.until ? dayOf(Date.parse(consent.until) - 1).slice(0, DATE_LENGTH) : 'open',
  };
}

export const wayOf = (consent: Consent): Way => (consent.live && consent.recorded ? 'both' : consent.live ? 'live' : 'recorded');

/** How a camera stands towards everybody but its own home; the first that holds. */
export type Standing = 'paused' | 'off' | 'over' | 'held' | 'shared';
export function standing(camera: Pick<Camera, 'paused' | 'consent' | 'masking'>, now: number): Standing {
  if (camera.paused) return 'paused';
  if (!camera.consent) return 'off';
  if (camera.consent.until && Date.parse(camera.consent.until) <= now) return 'over';
  return camera.masking === 'withheld' ? 'held' : 'shared';
}

/** Whether the home was asked to turn it, and has said nothing yet. */
export const isAsked = (camera: Pick<Camera, 'reaim_asked_at' | 'reaim_done'>): boolean => Boolean(camera.reaim_asked_at) && camera.reaim_done == null;

/** Minutes from midnight as clocks show them: 6:30 is `06:30`, the end of the day `24:00`. */
export const clockOf = (minutes: number, lang: string): string => [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0')).join(lang === 'id' ? '.' : ':');

/** What can be chosen as an hour: every half of one. */
export const halfHours = (end: boolean): number[] => Array.from({ length: DAY_MINUTES / 30 }, (_, n) => (n + (end ? 1 : 0)) * 30);
