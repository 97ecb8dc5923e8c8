/** What of a camera's picture settings is to be told to it, and whether it took it. Pure. */
import type { components } from '@shared/api/schema.d.ts';

export type Settings = components['schemas']['Imaging'];
const NAMES = ['brightness', 'contrast', 'ir_cut', 'wide_range'] as const;
/** Cameras round. */
const NEAR = 1;

/** Only what is another than the camera told: nothing else is touched. */
export function changedOf(wanted: Settings, told: Settings): Settings {
  return Object.fromEntries(NAMES.filter((name) => wanted[name] !== told[name] && wanted[name] !== null && wanted[name] !== undefined).map((name) => [name, wanted[name]]));
}

/** Whether a camera, read again, is as it was told. */
export function kept(told: Settings, now: Settings): boolean {
  return NAMES.every((name) => {
    const [a, b] = [told[name], now[name]];
    if (a === undefined || a === null) return true;
    return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= NEAR : a === b;
  });
}
