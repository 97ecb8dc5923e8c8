/** A person with a browser of their own: comes in by the link of their role, and nothing that goes wrong stays unseen. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { phone, type Look } from '../browser/chromium.ts';
import type { Commune, Role } from './commune.ts';
import { speaker, type Say } from './words.ts';

const PHONES: readonly Role[] = ['household', 'neighbour', 'leader'];
const PATIENCE_MS = 20_000;

export type Person = {
  page: Page;
  context: BrowserContext;
  t: Say;
  /** What went wrong on the page so far: script errors, complaints of the policy, requests to other hosts, answers of 500. */
  faults: string[];
  press: (id: string, values?: Parameters<Say>[1]) => Promise<void>;
  reads: (id: string, values?: Parameters<Say>[1]) => Promise<void>;
  heading: (name: string | RegExp) => Locator;
};

export async function enter(browser: Browser, commune: Commune, role: Role, look: Look & { lang: NonNullable<Look['lang']> }): Promise<Person> {
  const onPhone = PHONES.includes(role);
  const { context, page } = await phone(browser, { size: onPhone ? 'phone' : 'wall', ...look });
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = watch(page, commune);
  await page.goto(commune.link(role));
  await page.waitForURL((url) => !url.pathname.startsWith('/demo'));
  await page.locator('h1').first().waitFor();
  const t = speaker(look.lang, onPhone ? 'home' : 'desk');
  return {
    page,
    context,
    t,
    faults,
    press: (id, values) => page.getByRole('button', { name: t(id, values) }).or(page.getByRole('link', { name: t(id, values) })).first().click(),
    reads: (id, values) => page.getByText(t(id, values)).filter({ visible: true }).first().waitFor(),
    heading: (name) => page.getByRole('heading', { name }).first(),
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

/** The screen as it stands: no accessibility violation, nothing sideways, nothing went wrong on the way here. */
export async function sound(person: Person, name: string): Promise<void> {
  const { page } = person;
  const axe = await new AxeBuilder({ page }).analyze();
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
  const broken = axe.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) broken.push(`${wide} px sideways`);
  expect([...broken, ...person.faults], name).toEqual([]);
}

/** Holds FIRE as a finger does. */
export async function holdFire(page: Page): Promise<void> {
  const box = (await page.locator('button[aria-describedby=fire-how]').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  // A finger rests on the glass: the time itself is what counts.
  await page.waitForTimeout(1150);
  await page.mouse.up();
}
