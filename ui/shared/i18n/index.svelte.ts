/**
 * Texts on screen. What `t` returns follows the chosen language by itself, because it reads reactive state.
 * A text that is missing shows its id, and the rules test makes sure that none is.
 */
import { FluentBundle, type FluentResource, type FluentVariable } from '@fluent/bundle';
import * as time from '../time.ts';
import { chosenLang, type Lang } from './lang.ts';
import { keep, kept } from '../settings.ts';

export type Args = Record<string, FluentVariable>;
export type TextLoader = () => Promise<{ default: FluentResource[] }>;

export type Texts = Record<Lang, TextLoader>;

/** What has been asked for so far; a switch of language fetches all of it. */
const sets: Texts[] = [];
let bundle = $state.raw<FluentBundle | null>(null);
let current = $state<Lang>('vi');

/** Loads the language chosen before. Call once, before the first screen. */
export async function startTexts(texts: Texts): Promise<void> {
  sets.push(texts);
  await use(chosenLang(kept('lang')));
}

/** Loads the texts of screens that come later. */
export async function moreTexts(texts: Texts): Promise<void> {
  if (sets.includes(texts)) return;
  const resources = (await texts[current]()).default;
  if (sets.includes(texts)) return;
  sets.push(texts);
  for (const resource of resources) bundle?.addResource(resource);
}

async function use(next: Lang): Promise<void> {
  const resources = await Promise.all(sets.map((texts) => texts[next]()));
  const fresh = new FluentBundle(next === 'vi' ? 'vi-VN' : next === 'id' ? 'id-ID' : 'en-GB', { useIsolating: false });
  for (const resource of resources.flatMap((one) => one.default)) fresh.addResource(resource);
  bundle = fresh;
  current = next;
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}

/** Switches language and remembers it on this device. */
export async function setLang(next: Lang): Promise<void> {
  await use(next);
  keep('lang', next);
}

export function lang(): Lang {
  return current;
}

/** The text with this id in the chosen language. */
export function t(id: string, args?: Args): string {
  const message = bundle?.getMessage(id);
  if (!message?.value || !bundle) return id;
  return bundle.formatPattern(message.value, args ?? null, []);
}

/** Whether a text with this id exists: for codes that come from the node and may be newer than this app. */
export function has(id: string): boolean {
  return bundle?.getMessage(id)?.value != null;
}

/** Text for a code from the node, or the fallback text. */
export function tCode(prefix: string, code: string, fallback: string, args?: Args): string {
  const id = `${prefix}-${code.replaceAll('_', '-')}`;
  return has(id) ? t(id, args) : t(fallback, args);
}

/** “2 min ago” in the chosen language. */
export function agoText(at: string | number, now: number): string {
  const a = time.ago(at, now);
  return a.unit === 'date' ? a.text : t(`ago-${a.unit}`, { n: a.n });
}

export const clockText = (at: string | number, seconds = true): string => time.clock(at, current, seconds);
export const dateText = (at: string | number): string => time.date(at);
export const dateTimeText = (at: string | number): string => time.dateTime(at, current);
export const whenText = (at: string | number, now: number): string => time.whenShort(at, now, current);
export const moneyText = (vnd: number): string => time.money(vnd, current);
