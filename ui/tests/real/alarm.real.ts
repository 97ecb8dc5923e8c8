/** One press rings the neighbourhood: the household, a neighbour, the leader and the desk, on the real program, in each language. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, fireButton, holdFire, sound, type Person } from './person.ts';

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
    neighbour = await enter(browser, commune, 'neighbour', { lang, theme: 'dark', keys: true });
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

  test('a neighbour reads the same by the keyboard alone', async () => {
    await neighbour.press((await neighbour.page.getByRole('link', { name: neighbour.t('ready-ok') }).isVisible()) ? 'ready-ok' : 'ready-late');
    await neighbour.heading(neighbour.t('connection')).waitFor();
    await neighbour.reads('conn-siren-ok');
    await neighbour.press('nav-home');
    await fireButton(neighbour.page).waitFor();
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

  test('the household says that all are out', async () => {
    await household.page.locator('.ask button').first().click();
    await household.page.getByText(household.t('out-burning')).waitFor({ state: 'detached' });
    await sound(household, `out-burning-said-${lang}`);
  });

  test('the home next door counts its people out by the keyboard alone', async () => {
    await neighbour.press('out-other');
    const counted = Number(await neighbour.page.getByRole('group', { name: neighbour.t('out-count') }).locator('input').inputValue());
    await neighbour.press('out-fewer');
    await neighbour.press('out-more');
    await neighbour.press('out-some', { n: counted });
    await neighbour.page.getByText(neighbour.t('out-next-door')).waitFor({ state: 'detached' });
    await sound(neighbour, `out-next-door-said-${lang}`);
  });

  test('the neighbour answers, comes and says what is seen, by the keyboard alone', async () => {
    const { page, t } = neighbour;
    // Cards go round: what is asked may change under the hand, here as it does for people.
    await expect
      .poll(
        async () => {
          for (const id of ['say-coming', 'card-accept', 'say-arrived']) {
            if (await page.getByRole('button', { name: t(id), exact: true }).isVisible()) await neighbour.press(id).catch(() => undefined);
          }
          return page.getByText(t('ask-look')).isVisible();
        },
        { timeout: 50_000 },
      )
      .toBe(true);
    await neighbour.press('look-fire');
    await neighbour.page.getByText(neighbour.t('ask-look')).waitFor({ state: 'detached' });
    await sound(neighbour, `neighbour-arrived-${lang}`);
  });

  test('the leader sees who is coming and who is not accounted for', async () => {
    await leader.page.getByText(leader.t('who-coming', { n: 1 })).or(leader.page.getByText(leader.t('who-arrived', { n: 1 }))).first().waitFor();
    await leader.reads('roll-call');
    await sound(leader, `leader-alarm-${lang}`);
  });

  test('the leader counts out a home that has no phone at hand, by touch or by the keyboard alone', async () => {
    const { page, t } = leader;
    await page.locator('summary').focus();
    await page.keyboard.press('Enter');
    const row = page.locator('details').getByRole('button').filter({ hasText: t('answer-none') }).first();
    const home = await row.locator('.title').innerText();
    await row.focus();
    await page.keyboard.press('Enter');
    await leader.heading(t('roll-for', { home })).waitFor();
    const [out, away] = ['out-count', 'out-away'].map((id) => page.getByRole('group', { name: t(id) })) as [Locator, Locator];
    const all = Number(await out.locator('input').inputValue());
    await out.getByRole('button', { name: t('out-fewer') }).focus();
    await page.keyboard.press('Enter');
    await away.getByRole('button', { name: t('out-more') }).focus();
    await page.keyboard.press('Enter');
    await sound(leader, `leader-counts-${lang}`);
    await leader.press('out-some', { n: all - 1 });
    const counted = page.locator('details').getByRole('button').filter({ hasText: home });
    await counted.getByText(t('home-out', { n: all - 1 })).waitFor();
    const { alarms } = await must<{ alarms: { households: { label: string; clear: boolean; out: { count: number; away: number } | null }[] }[] }>(officer.page, 'GET', '/api/board');
    expect(alarms[0]!.households.find((one) => one.label === home)).toMatchObject({ clear: true, out: { count: all - 1, away: 1 } });
    await counted.click();
    await leader.press('back');
    await sound(leader, `leader-counted-${lang}`);
  });

  test('only whoever leads is offered to count the homes of others', async () => {
    await household.page.locator('summary').click();
    expect(await household.page.locator('details').getByRole('button').count()).toBe(0);
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
