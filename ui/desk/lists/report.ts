/** What a report says in figures, in the order in which it should have happened. */
import { t, tCode } from '@shared/i18n/index.svelte.ts';
import type { AlarmReport } from '@shared/api/types.ts';

const ORDER = ['first_bell', 'last_bell', 'first_seen', 'first_coming', 'emergency_called', 'first_arrived', 'first_looked', 'all_out', 'closed'] as const;

/** Whole seconds from the press, or null for what never happened. */
export function durations(took: AlarmReport['durations']): [string, number | null][] {
  return ORDER.map((name) => {
    const seconds = took[`${name}_s`];
    return [name.replaceAll('_', '-'), seconds == null ? null : Math.round(seconds)];
  });
}

export function gapText(gap: AlarmReport['gaps'][number]): string {
  const args = { homes: 'homes' in gap ? gap.homes : 0, seconds: 'seconds' in gap ? gap.seconds : 0 };
  return tCode('gap', gap.code, 'happened-other', { ...args, kind: gap.code.replaceAll('_', ' ') });
}
