/** The screens that are fetched when somebody goes there, and from the phone's own store once the app has been opened. */
import type { Component } from 'svelte';
import { moreTexts } from '@shared/i18n/index.svelte.ts';
import { laterTexts } from './texts.ts';

type Screen = { is: Component<Record<string, unknown>>; with: Record<string, unknown> };
type Module = { default: unknown };

/** A module together with the texts that it needs. */
async function worded<T>(module: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([module, moreTexts(laterTexts)]);
  return loaded;
}

async function screen(module: Promise<Module>, props: Record<string, unknown> = {}): Promise<Screen> {
  return { is: (await worded(module)).default as Screen['is'], with: props };
}

async function me(parts: readonly string[]): Promise<Screen> {
  const { find } = await import('./me/places.ts');
  return screen(...find(parts));
}

function lead(parts: readonly string[]): Promise<Screen> {
  const [, what, id, more] = parts;
  if (what === 'home' && id) return screen(import('./lead/OneHome.svelte'), { id, doing: more === 'add' || more === 'pair' ? more : null });
  if (what === 'invite') return screen(import('./lead/Invite.svelte'), { household: id ?? null });
  if (what === 'ring') return screen(import('./lead/Ring.svelte'));
  if (what === 'drill') return screen(import('./lead/Drill.svelte'));
  return screen(import('./lead/Homes.svelte'));
}

export const later = {
  join: () => worded(import('./screens/Join.svelte')),
  signedOut: () => worded(import('./screens/SignedOut.svelte')),
  closed: () => worded(import('./alarm/Closed.svelte')),
  closeAlarm: () => worded(import('./alarm/CloseAlarm.svelte')),
  ringTest: () => worded(import('./screens/RingTest.svelte')),
  /** The screen at an address such as `['me', 'people']`. */
  place(parts: readonly string[]): Promise<Screen> {
    if (parts[0] === 'me') return me(parts);
    if (parts[0] === 'lead') return lead(parts);
    if (parts[0] === 'connection') return screen(import('./screens/Connection.svelte'));
    return screen(import('./screens/Team.svelte'));
  },
};
