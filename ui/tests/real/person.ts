/** A person with a browser of their own: comes in by a link, and nothing that goes wrong stays unseen. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Lang } from '../../shared/i18n/lang.ts';
import { phone, SIZES, type Look } from './chromium.ts';
import type { Commune, Role } from './commune.ts';
import { speaker, type Say } from './words.ts';

const PHONES: readonly Role[] = ['household', 'neighbour', 'leader', 'deputy'];
export const PATIENCE_MS = 20_000;
/** More than any screen has to offer. */
const TABS_MOST = 80;
/** What is gone from the screen is not waited for. */
const TAB_MS = 3000;

export type Person = {
  browser: Browser;
  commune: Commune;
  look: Entering;
  page: Page;
  context: BrowserContext;
  t: Say;
  /** What went wrong on the page so far: script errors, complaints of the policy, requests to other hosts, answers of 500. */
  faults: string[];
  /** A finger on the phone, the keyboard at the desk; with `keys` nothing but Tab and Enter on the phone too. */
  press: (id: string, values?: Parameters<Say>[1]) => Promise<void>;
  reads: (id: string, values?: Parameters<Say>[1]) => Promise<void>;
  gone: (id: string, values?: Parameters<Say>[1]) => Promise<void>;
  /** Types into the field of this name; chooses there what is called so. */
  fill: (id: string, text: string) => Promise<void>;
  choose: (id: string, option: string | RegExp) => Promise<void>;
  heading: (name: string | RegExp) => Locator;
  /** Sets the keyboard on it: with `keys` by Tab alone. */
  reach: (one: Locator) => Promise<void>;
  leave: () => Promise<void>;
};

export type Entering = Look & { lang: Lang; keys?: boolean };

/** Comes in by the link of a role. */
export function enter(browser: Browser, commune: Commune, role: Role, look: Entering): Promise<Person> {
  return open(browser, commune, commune.link(role), PHONES.includes(role) ? 'home' : 'desk', look);
}

/** Opens an address in a browser that nobody has used. */
export async function open(browser: Browser, commune: Commune, url: string, app: 'home' | 'desk', look: Entering, kept?: Awaited<ReturnType<BrowserContext['storageState']>>): Promise<Person> {
  const sized = { size: app === 'home' ? 'phone' : 'wall', ...look } as const;
  const { context, page } = await phone(browser, sized, kept);
  const faults = watch(page, commune);
  await page.goto(url);
  await page.waitForURL((at) => !at.pathname.startsWith('/demo'));
  await page.locator('h1').first().waitFor();
  return standing(browser, commune, sized, app, context, page, faults);
}

/** The same person with another window: signed in, nothing else kept. */
export async function again(person: Person, path = ''): Promise<Person> {
  return open(person.browser, person.commune, new URL(path, person.page.url()).href, 'home', person.look, await person.context.storageState());
}

function standing(browser: Browser, commune: Commune, look: Entering, app: 'home' | 'desk', context: BrowserContext, page: Page, faults: string[]): Person {
  page.setDefaultTimeout(PATIENCE_MS);
  const t = speaker(look.lang, app);
  /** What is called exactly so, else what has it in its name. */
  const named = async (id: string, values: Parameters<Say>[1]): Promise<Locator> => {
    const within = (where: Page | Locator) => [true, false].map((exact) => where.getByRole('button', { name: t(id, values), exact }).or(where.getByRole('link', { name: t(id, values), exact })).filter({ visible: true })) as [Locator, Locator];
    // A dialog may be on its way out while it is looked at: where to look is asked anew each time.
    const there = async () => (await within(await front())[1].count()) > 0;
    await expect.poll(there, { message: `"${t(id, values)}" can be pressed`, timeout: PATIENCE_MS }).toBe(true);
    const [exact, loose] = within(await front());
    return (await exact.count()) > 0 ? exact.first() : loose.first();
  };
  /** An open dialog is all that can be reached. */
  const front = async (): Promise<Page | Locator> => ((await page.locator('dialog[open]').count()) > 0 ? page.locator('dialog[open]').last() : page);
  /** As a hand at the keyboard gets there: from where it is, one Tab after the other. */
  const reach = async (one: Locator): Promise<void> => {
    if (!look.keys) return one.focus();
    const there = () => one.evaluate((it) => it === document.activeElement, undefined, { timeout: TAB_MS });
    for (let i = 0; i < TABS_MOST && !(await there()); i++) await page.keyboard.press('Tab');
    expect(await there(), 'Tab gets there').toBe(true);
  };
  return {
    browser,
    commune,
    look,
    page,
    context,
    t,
    faults,
    async press(id, values) {
      const one = await named(id, values);
      if (app === 'home' && !look.keys) return one.click();
      await reach(one);
      await page.keyboard.press('Enter');
      // A form that it opens is there in the next picture; the page may also be on its way to another.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))).catch(() => undefined);
    },
    reads: (id, values) => page.getByText(t(id, values)).filter({ visible: true }).first().waitFor(),
    gone: (id, values) => page.getByText(t(id, values)).filter({ visible: true }).first().waitFor({ state: 'detached' }),
    async fill(id, text) {
      const field = (await front()).getByLabel(t(id), { exact: true });
      if (app === 'home' && !look.keys) return field.fill(text);
      await reach(field);
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(text);
    },
    async choose(id, option) {
      const field = (await front()).getByLabel(t(id), { exact: true });
      const offered = async () => (await field.locator('option').allInnerTexts()).findIndex((one) => (typeof option === 'string' ? one === option : option.test(one)));
      await expect.poll(offered, { message: `"${t(id)}" offers ${option}`, timeout: 10_000 }).toBeGreaterThanOrEqual(0);
      await reach(field);
      await field.selectOption({ index: await offered() });
    },
    heading: (name) => page.getByRole('heading', { name }).first(),
    reach,
    leave: () => context.close(),
  };
}

function watch(page: Page, commune: Commune): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script: ${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.port !== `${commune.port}`) faults.push(`leaves the house: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  return faults;
}

/** What a hand or an eye would miss: targets that are too small, what runs out at the side of the page or of a table. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shown = (it: Element) => it.checkVisibility() && !it.closest('.out-of-sight, .skip');
    const sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const small = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')]
      // A link inside a sentence or a table's cell is read, not aimed at.
      .filter((it) => shown(it) && !(it.tagName === 'A' && it.closest('p, td, dd, li') && getComputedStyle(it).display === 'inline'))
      .map((it) => ({ it, box: (it.closest('label') ?? it).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (Math.round(box.height) < 48 || Math.round(box.width) < 48))
      .map(({ it, box }) => `small: ${it.tagName} "${it.innerText.slice(0, 30)}" ${Math.round(box.width)}x${Math.round(box.height)}`);
    const cut = [...document.querySelectorAll('.room, section, main, nav, dialog[open]')].filter((it) => shown(it) && it.scrollWidth - it.clientWidth > 1).map((it) => `cut at the side: ${it.tagName} ${it.className} by ${it.scrollWidth - it.clientWidth} px`);
    return [...(sideways > 0 ? [`${sideways} px sideways`] : []), ...small, ...cut];
  });
}

/** The screen as it stands: no accessibility violation, everything in reach of hand and eye, nothing went wrong on the way here. */
export async function sound(person: Person, name: string): Promise<void> {
  const { page } = person;
  // A screen that is on its way is none yet.
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const axe = await new AxeBuilder({ page }).analyze();
  await picture(page, name);
  const broken = axe.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  expect([...broken, ...(await misfits(page)), ...person.faults], name).toEqual([]);
}

/** A dialog as it stands on the wall, and on a small screen. */
export async function both(person: Person, name: string): Promise<void> {
  await sound(person, name);
  await person.page.setViewportSize(SIZES.phone);
  await picture(person.page, `${name}-360`);
  expect(await misfits(person.page), `${name} at 360 px`).toEqual([]);
  await person.page.setViewportSize(SIZES.wall);
}

/** For people to look at, into the folder that PICTURES names. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
}

/** From now on the clock that the open page goes by is so many minutes off. */
export async function setClock({ page }: Person, minutes: number): Promise<void> {
  await page.evaluate((off) => {
    const world = globalThis as typeof globalThis & { RightDate?: DateConstructor };
    const right = (world.RightDate ??= Date);
    const now = () => right.now() + off;
    globalThis.Date = new Proxy(right, {
      construct: (date, parts) => Reflect.construct(date, parts.length === 0 ? [now()] : parts),
      get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
    });
  }, minutes * 60_000);
}

/** Rests a finger on FIRE, for a second and a little unless told otherwise. */
export async function holdFire(page: Page, ms = 1150): Promise<void> {
  await touchFire(page);
  // A finger rests on the glass: the time itself is what counts.
  await page.waitForTimeout(ms);
  await page.mouse.up();
}

export const fireButton = (page: Page): Locator => page.locator('button[aria-describedby=fire-how]');

export async function touchFire(page: Page): Promise<{ x: number; y: number }> {
  const box = (await fireButton(page).boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  return { x, y };
}
