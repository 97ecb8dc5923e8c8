/**
 * Every screen of every role, in rest and while a home burns: sound at 360 px, in light and dark; whole at 768 and 1920 px, and with
 * large letters. With PICTURES, a picture of each.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from './asks.ts';
import { launch, SIZES } from './chromium.ts';
import { startCommune, type Commune, type Role } from './commune.ts';
import { PATIENCE_MS, enter, holdFire, misfits, picture, sound, type Person } from './person.ts';

let browser: Browser;
let commune: Commune;
const people = new Map<Role, Person>();
/** What stands in addresses. */
const ids: Record<string, string> = {};

async function as(role: Role): Promise<Person> {
  const person = people.get(role) ?? (await enter(browser, commune, role, { lang: 'vi', size: 'phone' }));
  people.set(role, person);
  return person;
}

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune();
  const { page } = await as('household');
  const mine = await must<{ me: { person: string }; household: { id: string }; team: { id: string } }>(page, 'GET', '/api/home');
  Object.assign(ids, { person: mine.me.person, home: mine.household.id, team: mine.team.id });
  const accounts = await must<{ items: { id: string }[] }>((await as('admin')).page, 'GET', '/api/accounts?limit=1');
  ids.account = accounts.items[0]!.id;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

async function look({ page, ...person }: Person, name: string): Promise<void> {
  await page.locator('h1').first().waitFor();
  const told = () => page.locator('p[role=status]').allInnerTexts();
  await expect.poll(told, { message: `${name} is no longer loading`, timeout: PATIENCE_MS }).not.toContain(person.t('loading'));
  await sound({ page, ...person }, `${name}-360`);
  const broken: string[] = [];
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await new AxeBuilder({ page }).withRules('color-contrast').analyze();
  broken.push(...dark.violations.flatMap((one) => one.nodes.map((node) => `dark: ${node.html.slice(0, 160)}`)));
  for (const size of ['tablet', 'wall'] as const) {
    await page.setViewportSize(SIZES[size]);
    broken.push(...(await misfits(page)).map((one) => `${size}: ${one}`));
    await picture(page, `${name}-${SIZES[size].width}-dark`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(SIZES.phone);
  await page.evaluate(() => (document.documentElement.style.fontSize = '150%'));
  broken.push(...(await misfits(page)).filter((one) => !one.startsWith('small')).map((one) => `large letters: ${one}`));
  await picture(page, `${name}-large`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  expect(broken, name).toEqual([]);
}

const PLACES: [Role, string[]][] = [
  ['household', ['', 'connection', 'team', 'me', 'me/people', 'me/people/{person}/help', 'me/devices', 'me/phones']],
  ['leader', ['team', 'lead/homes', 'lead/home/{home}', 'lead/home/{home}/add', 'lead/home/{home}/pair', 'lead/invite', 'lead/ring', 'lead/drill', 'me/people']],
  ['officer', ['now', 'wall', 'playback', 'sightings', 'evidence', 'past', 'drills', 'drills/new', 'teams', 'teams/{team}', 'homes', 'homes/{home}', 'points', 'health', 'cameras', 'cameras/new', 'shifts', 'me']],
  ['clerk', ['homes/{home}', 'places', 'points']],
  ['analyst', ['sightings', 'teams', 'drills']],
  ['admin', ['evidence', 'teams', 'cameras', 'places', 'accounts', 'accounts/{account}']],
  ['auditor', ['sightings', 'evidence', 'past', 'homes/{home}', 'cameras', 'shifts', 'accounts']],
];
const dashed = (place: string) => place.replace(/\W+/g, '-').replace(/^-|-$/g, '');

describe.each(PLACES)('%s', (role, places) => {
  test.each(places)('%s', async (place) => {
    const person = await as(role);
    const path = place.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
    const app = ['household', 'leader'].includes(role) ? '/' : '/desk/';
    // A query of its own makes the browser open the page anew.
    await person.page.goto(`${new URL(person.page.url()).origin}${app}?${dashed(place)}#/${path}`);
    await look(person, `${role}-${dashed(place) || 'home'}`);
  });
});

describe('while a home burns', () => {
  beforeAll(async () => {
    const { page } = await as('household');
    await page.goto(new URL('/', page.url()).href);
    await page.locator('button[aria-describedby=fire-how]').waitFor();
    await holdFire(page);
    await page.locator('.received').waitFor();
    for (const role of ['leader', 'officer'] as const) {
      const { page: open } = await as(role);
      await open.goto(`${new URL(open.url()).origin}${role === 'officer' ? '/desk/#/now' : '/'}`);
      await open.reload();
      await open.locator('header.live').first().waitFor();
    }
  });
  test.each(['household', 'leader', 'officer'] as const)('%s', async (role) => {
    await look(await as(role), `${role}-burning`);
  });
  test('the desk, at another place than the board', async () => {
    const { page, ...rest } = await as('officer');
    await page.goto(`${new URL(page.url()).origin}/desk/?burning#/homes`);
    await page.locator('.bar.fire').waitFor();
    await look({ page, ...rest }, 'officer-burning-homes');
  });
});
