/**
 * Telling those concerned later, an order with its copy, and footage that is kept longer: one asks at the desk, others agree, in three
 * languages.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { must } from './asks.ts';
import { launch, SIZES } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, misfits, open, picture, sound, type Person } from './person.ts';

type Delay = { id: string; stage: string; until: string | null };
const COPY = Buffer.from('%PDF-1.7\n%%EOF\n');

let browser: Browser;
let commune: Commune;
const people: Record<string, Person> = {};

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true, cameras: true });
  for (const role of ['officer', 'relief', 'auditor'] as const) people[role] = await enter(browser, commune, role, { lang: 'en', keys: true });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

describe.each(LANGS.map((lang) => ({ lang })))('$lang', ({ lang }) => {
  const at: Record<string, Person> = {};
  beforeAll(async () => {
    for (const [role, { context, page }] of Object.entries(people)) {
      const { cookies } = await context.storageState();
      at[role] = await open(browser, commune, page.url(), 'desk', { lang, keys: true, size: 'wall' }, { cookies, origins: [] });
    }
  });
  afterAll(async () => {
    for (const who of Object.values(at)) {
      expect(who.faults).toEqual([]);
      await who.leave();
    }
  });
  async function looks(who: Person, name: string): Promise<void> {
    await sound(who, `told-${name}-${lang}`);
    for (const size of ['phone', 'tablet'] as const) {
      await who.page.setViewportSize(SIZES[size]);
      await picture(who.page, `told-${name}-${lang}-${size}`);
      expect(await misfits(who.page), `${name}, ${size}`).toEqual([]);
    }
    await who.page.setViewportSize(SIZES.wall);
  }
  const delays = async (who: Person) => (await must<{ items: Delay[] }>(who.page, 'GET', '/api/delays')).items;

  test('an officer asks with the copy of an order; a second officer and the auditor agree', async () => {
    const { officer, relief, auditor } = at as Record<'officer' | 'relief' | 'auditor', Person>;
    const before = (await delays(officer)).length;
    await officer.press('nav-evidence');
    await officer.press('delay-ask');
    await officer.page.locator('dialog[open] fieldset input[type=checkbox]').first().check();
    await officer.choose('eyes-for', officer.t('look-purpose-order'));
    await officer.fill('order-number', `7/QD-${lang}`);
    await officer.page.locator('dialog[open] input[type=file]').setInputFiles({ name: 'lenh.pdf', mimeType: 'application/pdf', buffer: COPY });
    await officer.fill('reason', 'a child could be hurt');
    await looks(officer, 'asks');
    await officer.page.locator('dialog[open] button[type=submit]').press('Enter');
    await officer.reads('delay-not-you');
    await looks(officer, 'asked');
    expect((await delays(officer)).length).toBe(before + 1);
    for (const who of [relief, auditor]) {
      await who.press('nav-evidence');
      await who.page.getByRole('button', { name: who.t('delay-agree-for', { cameras: '' }).trim() }).first().press('Enter');
      await who.page.locator('dialog[open] button[type=submit]').press('Enter');
      await expect.poll(() => who.page.locator('dialog[open]').count(), { timeout: 20_000 }).toBe(0);
    }
    await expect.poll(async () => (await delays(officer))[0]?.stage, { timeout: 20_000 }).toBe('holds');
    await looks(auditor, 'agreed');
  });

  test('footage is kept longer when a second person agrees', async () => {
    const { officer, relief } = at as Record<'officer' | 'relief', Person>;
    // Each time for longer than the time before.
    const hours = 240 + 24 * LANGS.indexOf(lang);
    await officer.press('nav-cameras');
    await officer.page.getByRole('button', { name: officer.t('longer-for', { name: '' }).trim() }).nth(1).press('Enter');
    await officer.fill('longer-hours', `${hours}`);
    await officer.fill('reason', 'a dyke is watched');
    await officer.page.locator('dialog[open] button[type=submit]').press('Enter');
    await officer.page.getByText(officer.t('longer-asked', { n: hours })).first().waitFor({ timeout: 20_000 });
    await looks(officer, 'longer');
    await relief.press('nav-cameras');
    await relief.page.getByRole('button', { name: relief.t('longer-agree-for', { name: '' }).trim() }).first().press('Enter');
    await relief.page.locator('dialog[open] button[type=submit]').press('Enter');
    await relief.page.getByText(relief.t('site-keeps-hours', { n: hours })).first().waitFor({ timeout: 20_000 });
  });
});
