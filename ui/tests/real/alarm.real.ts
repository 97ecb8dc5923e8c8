/** One press rings the neighbourhood: the household, a neighbour, the leader and the desk, on the real program, in each language. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, holdFire, sound, type Person } from './person.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

describe.each(LANGS)('%s', (lang) => {
  let commune: Commune;
  let household: Person;
  let neighbour: Person;
  let leader: Person;
  let officer: Person;

  beforeAll(async () => {
    commune = await startCommune();
    // One after another: the machine is small.
    household = await enter(browser, commune, 'household', { lang });
    neighbour = await enter(browser, commune, 'neighbour', { lang, theme: 'dark' });
    leader = await enter(browser, commune, 'leader', { lang });
    officer = await enter(browser, commune, 'officer', { lang, theme: 'dark' });
  }, 120_000);
  afterAll(async () => {
    for (const one of [household, neighbour, leader, officer]) await one?.leave();
    await commune?.stop();
  });
  afterEach(() => expect([household, neighbour, leader, officer].flatMap((one) => one.faults)).toEqual([]));

  test('the household sees that its home is ready and connected, and rings its own bell to hear it', async () => {
    const { page, t, press, heading } = household;
    await page.getByRole('link', { name: t('ready-ok') }).or(page.getByRole('link', { name: t('ready-late') })).click();
    await heading(t('connection')).waitFor();
    await household.reads('conn-siren-ok');
    await household.reads('conn-phone-ok');
    await sound(household, `connection-${lang}`);
    await press('ring-now');
    await heading(t('ring-ask')).waitFor();
    await press('ring-yes');
    await press('nav-home');
    await sound(household, `fire-${lang}`);
  });

  test('the officer starts a shift, which lets the desk sound', async () => {
    await officer.press('shift-start');
    await officer.page.getByRole('button', { name: officer.t('shift-hand-over') }).waitFor();
    await officer.heading(officer.t('now-quiet')).waitFor();
    await sound(officer, `desk-quiet-${lang}`);
  });

  test('the household presses FIRE, and everybody has it on the screen', async () => {
    await holdFire(household.page);
    await household.page.locator('.received').waitFor();
    await household.reads('out-burning');
    await sound(household, `received-${lang}`);
    for (const one of [neighbour, leader]) await one.reads('alarm-word');
    await neighbour.reads('out-next-door');
    await sound(neighbour, `neighbour-asked-${lang}`);
    await officer.reads('not-called', { number: '114' });
    await sound(officer, `desk-alarm-${lang}`);
  });

  test('the household and the home next door say that all are out', async () => {
    for (const [one, asked] of [[household, 'out-burning'], [neighbour, 'out-next-door']] as const) {
      await one.page.locator('.ask button').first().click();
      await one.page.getByText(one.t(asked)).waitFor({ state: 'detached' });
      await sound(one, `${asked}-said-${lang}`);
    }
  });

  test('the neighbour answers, comes and says what is seen', async () => {
    await neighbour.press('say-coming');
    const accept = neighbour.page.getByRole('button', { name: neighbour.t('card-accept') });
    const arrived = neighbour.page.getByRole('button', { name: neighbour.t('say-arrived') });
    await accept.or(arrived).first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await arrived.click();
    await neighbour.reads('ask-look');
    await neighbour.press('look-fire');
    await neighbour.page.getByText(neighbour.t('ask-look')).waitFor({ state: 'detached' });
    await sound(neighbour, `neighbour-arrived-${lang}`);
  });

  test('the leader sees who is coming and who is not accounted for', async () => {
    await leader.page.getByText(leader.t('who-coming', { n: 1 })).or(leader.page.getByText(leader.t('who-arrived', { n: 1 }))).first().waitFor();
    await leader.reads('roll-call');
    await sound(leader, `leader-alarm-${lang}`);
  });

  test('the officer confirms 114, and the household reads who called', async () => {
    await officer.press('act-called', { number: '114' });
    await officer.press('act-called-yes', { number: '114' });
    await officer.page.getByText(officer.t('not-called', { number: '114' })).waitFor({ state: 'detached' });
    await household.page.getByText(household.t('not-called', { number: '114' })).waitFor({ state: 'detached' });
  });

  test('the officer ends the alarm with a reason and who looked, and everybody reads that it is over', async () => {
    await officer.press('act-close');
    await officer.choose('close-why', officer.t('close-fire-out'));
    await officer.choose('close-looked', new RegExp(officer.t('saw-fire')));
    await sound(officer, `desk-close-${lang}`);
    await officer.press('close-yes');
    await officer.heading(officer.t('now-quiet')).waitFor();
    await household.reads('closed-title');
    await neighbour.reads('closed-title');
    await sound(household, `closed-${lang}`);
  });

  test('the auditor reads the report, with what was missed and its seal', async () => {
    const auditor = await enter(browser, commune, 'auditor', { lang });
    await auditor.press('nav-past');
    await auditor.page.getByRole('row').nth(1).getByRole('link').focus();
    await auditor.page.keyboard.press('Enter');
    await auditor.heading(new RegExp(auditor.t('report'))).waitFor();
    await auditor.reads('close-fire-out');
    await auditor.heading(auditor.t('seal')).waitFor();
    await sound(auditor, `auditor-report-${lang}`);
    await auditor.leave();
  });
});
