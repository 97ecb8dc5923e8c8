/**
 * A drill that runs, on the real program: nobody takes it for a fire, and a fire that breaks out in it is not taken for the drill.
 * It was announced yesterday, as every drill is: the node's clock stands a day back until then.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { clocksCanBeSet, startCommune, type Commune } from './commune.ts';
import { enter, fireButton, holdFire, open, sound, type Person } from './person.ts';

const PASSWORD = 'bốn con trâu gặm cỏ';
const A_DAY_AND_AN_HOUR = '-25h';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

describe.runIf(clocksCanBeSet).each(LANGS)('%s', (lang) => {
  let commune: Commune;
  let household: Person;
  let neighbour: Person;
  let leader: Person;
  let officer: Person;

  beforeAll(async () => {
    commune = await startCommune({ clock: A_DAY_AND_AN_HOUR });
    household = await enter(browser, commune, 'household', { lang });
    neighbour = await enter(browser, commune, 'neighbour', { lang, theme: 'dark' });
    leader = await enter(browser, commune, 'leader', { lang });
    officer = await open(browser, commune, commune.link('officer').replace('/demo#welcome:', '/welcome#'), 'desk', { lang });
  }, 120_000);
  afterAll(async () => {
    for (const one of [household, neighbour, leader, officer]) await one?.leave();
    await commune?.stop();
  });
  afterEach(() => expect([household, neighbour, leader, officer].flatMap((one) => one.faults)).toEqual([]));

  /** What is red or violet across the screen. */
  const loud = (one: Person) => one.page.locator('header.live, header.drill, header.drill-stripes, .bar').filter({ visible: true });
  const calls = (one: Person) => one.page.locator('a[href^="tel:"]').filter({ visible: true });

  test('the officer sets a password by a link that works once', async () => {
    await officer.fill('password-new', PASSWORD);
    await officer.fill('password-again', PASSWORD);
    await sound(officer, `welcome-${lang}`);
    await officer.press('welcome-go');
    await officer.heading(officer.t('now-quiet')).waitFor();
  });

  test('every home reads a day ahead that there will be a drill', async () => {
    const home = await must<{ team: { id: string } }>(leader.page, 'GET', '/api/home');
    await must(leader.page, 'POST', '/api/drills', { teams: [home.team.id], at: new Date().toISOString(), by_itself: false });
    await household.page.locator('p.drill').waitFor();
    await sound(household, `drill-ahead-${lang}`);
  });

  test('the officer, signed out overnight, signs in with the password', async () => {
    commune.clock('+0');
    await officer.page.reload();
    await officer.fill('sign-in-login', 'officer');
    await officer.fill('sign-in-password', PASSWORD);
    await sound(officer, `sign-in-${lang}`);
    await officer.press('sign-in-go');
    await officer.heading(officer.t('now-quiet')).waitFor();
  });

  test('the leader starts it, and every screen says that there is no fire', async () => {
    await leader.page.goto(new URL('/#/lead/drill', leader.page.url()).href);
    await leader.press('drill-start');
    for (const one of [household, neighbour, leader]) {
      await one.reads('mode-drill');
      expect(await loud(one).getAttribute('class')).toContain('drill-stripes');
      expect(await one.page.getByText(one.t('alarm-word'), { exact: true }).count()).toBe(0);
      expect(await calls(one).count(), 'nobody is invited to call for real').toBe(0);
    }
    await officer.reads('mode-drill');
    expect(await officer.page.locator('.live').filter({ visible: true }).count()).toBe(0);
    expect(await officer.page.getByText(officer.t('not-called', { number: '114' })).count()).toBe(0);
    await sound(household, `drill-household-${lang}`);
    await sound(neighbour, `drill-neighbour-${lang}`);
    await sound(leader, `drill-leader-${lang}`);
    await sound(officer, `drill-desk-${lang}`);
  });

  test('a fire in the drill is a fire on every screen', async () => {
    await neighbour.page.locator('.quiet button').last().click();
    await fireButton(neighbour.page).waitFor();
    await holdFire(neighbour.page);
    await neighbour.page.locator('.received').waitFor();
    for (const one of [household, leader, neighbour]) {
      await one.reads('alarm-word');
      expect(await loud(one).getAttribute('class')).not.toContain('drill');
      expect(await one.page.getByText(one.t('mode-drill')).filter({ visible: true }).count()).toBe(0);
      expect(await calls(one).count()).toBeGreaterThan(0);
    }
    await officer.reads('not-called', { number: '114' });
    await officer.gone('mode-drill');
    await sound(household, `fire-in-drill-${lang}`);
    await sound(officer, `fire-in-drill-desk-${lang}`);
  });

  test('the report of the drill says why it stopped, and that it was a drill', async () => {
    await officer.press('nav-drills');
    await officer.press('incident-report');
    await officer.heading(new RegExp(officer.t('report'))).waitFor();
    await officer.reads('mode-drill');
    await officer.reads('close-live-alarm');
    await sound(officer, `drill-report-${lang}`);
  });
});
