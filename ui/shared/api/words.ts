/** Turns trouble into people's words: what happened, and what to do. */
import { t } from '../i18n/index.svelte.ts';
import { Trouble } from './client.ts';

export type Words = { title: string; detail: string; fields: Record<string, string> };

export function words(reason: unknown): Words {
  if (reason instanceof Trouble && reason.problem?.title) {
    const fields = Object.fromEntries((reason.problem.fields ?? []).map((field) => [field.field, field.detail]));
    return { title: reason.problem.title, detail: reason.problem.detail ?? '', fields };
  }
  if (reason instanceof Trouble && reason.kind === 'unreachable') return { title: t('trouble-unreachable'), detail: t('trouble-unreachable-do'), fields: {} };
  return { title: t('trouble-unknown'), detail: t('trouble-unknown-do'), fields: {} };
}

/** Title and advice in one line, for a short message. */
export function line(reason: unknown): string {
  const w = words(reason);
  return w.detail ? `${w.title} ${w.detail}` : w.title;
}
