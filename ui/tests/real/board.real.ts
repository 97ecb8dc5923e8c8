/** A day at the desk, by keyboard alone: shifts, a drill; then an incident in the two languages that officer.real.ts does not speak, from the caller to the report. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../shared/id.ts';
import { allClear, must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { both, enter, open, picture, sound, type Person } from './person.ts';

const NOTE = 'Cụ bà nằm liệt, phòng trong, tầng 1';
const PASSWORD = 'bốn con trâu gặm cỏ';
const SMOKE = 'Khói nhiều ở tầng trên';

type Human = { id: string; name: string; adult: boolean };
type Home = { id: string; label: string; people: Human[] };
type Alarm = { alarm: string; origin: { household: string }; points: { name: string; metres: number }[]; households: { household: string; clear: boolean; out: { count: number; away: number } | null }[] };
type Board = { alarms: Alarm[]; late: unknown[] };

let browser: Browser;
let commune: Commune;
let officer: Person;
let household: Person;
/** Whoever sits at the desk, as others read it. */
let onDuty: string;
let home: Home;
/** Who needs help to get out, and who will say what was seen. */
let helped: Human;
let looker: Human;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en', keys: true, theme: 'dark' });
  household = await enter(browser, commune, 'household', { lang: 'vi' });
  const mine = await must<{ me: { person: string }; household: { id: string } }>(household.page, 'GET', '/api/home');
  home = await must<Home>(officer.page, 'GET', `/api/households/${mine.household.id}`);
  helped = home.people.find(({ id }) => id === mine.me.person)!;
  looker = home.people.find(({ adult }) => adult)!;
  onDuty = (await must<{ name: string }>(officer.page, 'GET', '/api/session')).name;
  await must(household.page, 'PUT', `/api/people/${helped.id}/help`, { note: NOTE });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});
afterEach(() => expect([...officer.faults, ...household.faults]).toEqual([]));

const row = (one: Person, text: string) => one.page.getByRole('row').filter({ hasText: text });
const board = () => must<Board>(officer.page, 'GET', '/api/board');

test('? lists the keys, and Escape gives the keyboard back to where it was', async () => {
  const { page, press, t } = officer;
  await press('nav-shifts');
  const places = page.getByRole('navigation').getByRole('link', { name: t('nav-shifts') });
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText(t('key-rows')).waitFor();
  await both(officer, 'desk-keys');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await places.evaluate((it) => it === document.activeElement)).toBe(true);
});

describe('a shift', () => {
  let admin: Person;
  let second: Person;
  beforeAll(async () => {
    admin = await enter(browser, commune, 'admin', { lang: 'en', keys: true });
  });
  afterAll(async () => {
    for (const one of [admin, second]) await one?.leave();
  });
  type Shift = { officer: string; note: string | null; successor: string | null; ended_at: string | null };
  const shifts = async () => (await must<{ items: Shift[] }>(officer.page, 'GET', '/api/shifts?limit=5')).items;

  test('begins, stands on the list, and ends with a note for whoever comes next', async () => {
    await officer.press('nav-shifts');
    await officer.press('shift-start');
    await officer.reads('shift-of', { name: onDuty });
    await officer.press('shift-hand-over');
    await officer.fill('shift-note', 'Watch the workshop in lane 3');
    await both(officer, 'desk-hand-over');
    await officer.press('shift-hand-over');
    await officer.reads('shift-none');
    expect(await shifts()).toMatchObject([{ officer: onDuty, note: 'Watch the workshop in lane 3', successor: null }]);
    await row(officer, 'Watch the workshop in lane 3').waitFor();
  });

  test('is taken by an officer whom the administrator has just invited', async () => {
    await admin.press('nav-accounts');
    await admin.press('account-add');
    await admin.press('account-add-yes');
    await expect.poll(() => admin.page.getByRole('alert').filter({ hasText: admin.t('required') }).count()).toBe(3);
    await admin.fill('person-name', 'Lê Thị Thu');
    await admin.fill('sign-in-login', 'thu');
    await admin.choose('account-where', new RegExp(`^${admin.t('scope-commune')}: `));
    await both(admin, 'desk-account-add');
    await admin.press('account-add-yes');
    await admin.page.locator('dialog[open] .url').waitFor();
    await both(admin, 'desk-account-link');
    const link = await admin.page.locator('dialog[open] .url').innerText();
    await admin.press('done');
    await row(admin, 'Lê Thị Thu').waitFor();
    second = await open(browser, commune, link, 'desk', { lang: 'en', keys: true });
    await second.fill('password-new', PASSWORD);
    await second.fill('password-again', PASSWORD);
    await second.press('welcome-go');
    await second.press('shift-start');
    await officer.reads('shift-of', { name: 'Lê Thị Thu' });
  });

  test('is handed to the officer who sat there before, whose own begins at once', async () => {
    await second.press('shift-hand-over');
    await second.choose('shift-next', onDuty);
    await sound(second, 'desk-hand-to');
    await second.press('shift-hand-over');
    await officer.page.getByRole('button', { name: officer.t('shift-hand-over') }).first().waitFor();
    const [now, before] = await shifts();
    expect([now, before]).toMatchObject([{ officer: onDuty, ended_at: null }, { officer: 'Lê Thị Thu', successor: onDuty }]);
    await officer.press('nav-drills');
    await officer.press('nav-shifts');
    await row(officer, 'Lê Thị Thu').getByText(onDuty).waitFor();
    await sound(officer, 'desk-shifts');
    expect([...admin.faults, ...second.faults]).toEqual([]);
  });
});

test('a drill is announced to a team, stands on the list, and is called off', async () => {
  const { page, t } = officer;
  const drills = async () => (await must<{ items: { teams: string[]; state: string; text: string | null }[] }>(page, 'GET', '/api/drills?limit=5')).items;
  const [team] = (await must<{ items: { id: string; name: string }[] }>(page, 'GET', '/api/teams?limit=1')).items;
  await officer.press('nav-drills');
  await officer.press('drill-announce');
  await officer.fill('drill-only', team!.name);
  await officer.press('check-answers');
  await officer.reads('drill-teams-none');
  await officer.reach(page.getByRole('checkbox', { name: team!.name, exact: true }));
  await page.keyboard.press('Space');
  await officer.choose('drill-time', '09:30');
  await officer.fill('drill-words', 'Meet at the banyan tree');
  await sound(officer, 'desk-drill');
  await officer.press('check-answers');
  await officer.reads('drill-what-real');
  await sound(officer, 'desk-drill-sure');
  await officer.press('drill-yes');
  await officer.reads('drill-state-announced');
  await page.getByText('Meet at the banyan tree').waitFor();
  expect(await drills()).toMatchObject([{ teams: [team!.id], state: 'announced', text: 'Meet at the banyan tree' }]);
  await officer.press('drill-cancel-for', { teams: team!.name });
  await both(officer, 'desk-drill-cancel');
  await officer.press('drill-cancel');
  await page.getByText(t('drill-state-cancelled'), { exact: true }).waitFor();
  expect(await drills()).toMatchObject([{ state: 'cancelled' }]);
});

describe.each([['vi', 'light'], ['id', 'dark']] as const)('%s', (lang, theme) => {
  let desk: Person;
  let alarm: Alarm;
  beforeAll(async () => {
    // The same officer with another window, in which nobody has chosen a language.
    const { cookies } = await officer.context.storageState();
    desk = await open(browser, commune, new URL('/desk/', officer.page.url()).href, 'desk', { lang, theme, keys: true }, { cookies, origins: [] });
  });
  afterAll(async () => {
    await allClear(officer.page);
    await desk?.leave();
  });
  afterEach(() => expect(desk.faults).toEqual([]));

  test('a caller reports a fire, and the officer raises the alarm', async () => {
    await desk.press('press-for-caller');
    await desk.fill('press-search', home.label);
    const found = desk.page.getByRole('dialog').getByRole('button', { name: home.label }).first();
    await found.waitFor();
    await desk.reach(found);
    await desk.page.keyboard.press('Enter');
    await desk.fill('press-note', SMOKE);
    await desk.reads('press-what-household');
    await both(desk, `board-press-${lang}`);
    await desk.press('press-yes');
    await desk.heading(`${desk.t('mode-live')}: ${home.label}`).waitFor();
    await desk.reads('source-desk');
    await desk.page.getByText(SMOKE).first().waitFor();
    await desk.reads('not-called', { number: '114' });
    alarm = (await board()).alarms[0]!;
    expect(alarm.origin.household).toBe(home.id);
  });

  test('the map shows where it burns, with the homes and the fire points around it', async () => {
    const map = desk.page.locator('figure > svg');
    await map.locator('g.fire').waitFor();
    await map.locator('text.strong', { hasText: home.label }).waitFor();
    expect(await map.locator('g.fire').count()).toBe(1);
    const points = await map.locator('rect > title').allTextContents();
    const homes = await map.locator(':is(circle, path) > title').count();
    expect(homes).toBeGreaterThan(5);
    expect(await map.getAttribute('aria-label')).toBe(desk.t('map-alarm', { place: home.label, homes, points: points.length }));
    const near = alarm.points.filter(({ metres }) => metres <= 80).map(({ name }) => name);
    expect(alarm.points.length).toBeGreaterThan(0);
    expect(points).toEqual(expect.arrayContaining(near));
    for (const { name, metres } of alarm.points) await desk.page.getByText(`${name}, ${desk.t('metres', { n: metres })}`).waitFor();
  });

  test('who needs help to get out is told to the officer, and each reading to them', async () => {
    await desk.reads('help-title');
    await desk.page.getByRole('listitem').filter({ hasText: NOTE }).getByText(helped.name).waitFor();
    await sound(desk, `board-incident-${lang}`);
    const { items } = await must<{ items: { who: string; alarm: string | null }[] }>(household.page, 'GET', `/api/people/${helped.id}/help/reads`);
    expect(items.filter((read) => read.alarm === alarm.alarm)).toHaveLength(1);
  });

  test('alerts more people, writes down what was seen, takes the roll call', async () => {
    await desk.press('act-escalate');
    await both(desk, `board-escalate-${lang}`);
    await desk.press('act-escalate-yes');
    await desk.reads('happened-escalated');
    await desk.press('act-looked');
    await desk.choose('looked-who', home.label);
    await desk.choose('looked-person', looker.name);
    await both(desk, `board-looked-${lang}`);
    await desk.press('saw-no-fire');
    await desk.reads('looked-say', { fire: 0, none: 1 });
    await desk.press('out-set-for', { home: home.label });
    await desk.fill('out-count', '1');
    await desk.fill('out-away', `${home.people.length - 1}`);
    await both(desk, `board-roll-${lang}`);
    await desk.press('save');
    await row(desk, home.label).getByText(desk.t('out-clear')).waitFor();
    const counted = (await board()).alarms[0]!.households.find((one) => one.household === home.id);
    expect(counted).toMatchObject({ clear: true, out: { count: 1, away: home.people.length - 1 } });
    await sound(desk, `board-counted-${lang}`);
  });

  test('ends it, but not without why and who looked', async () => {
    await desk.press('act-close');
    await desk.press('close-yes');
    await expect.poll(() => desk.page.getByRole('alert').filter({ hasText: desk.t('required') }).count()).toBe(2);
    await desk.choose('close-why', desk.t('close-no-fire'));
    await desk.choose('close-looked', `${looker.name}: ${desk.t('saw-no-fire')}`);
    await both(desk, `board-close-${lang}`);
    await desk.press('close-yes');
    await desk.heading(desk.t('now-quiet')).waitFor();
    expect((await board()).alarms).toEqual([]);
  });

  test('the person reads on the phone who read the note in the alarm', async () => {
    await household.heading(household.t('closed-title')).waitFor();
    await household.press('done');
    // Opened at this address first of all: the screen may be there before the phone knows which home is its own.
    await household.page.addInitScript(() => void indexedDB.deleteDatabase('liengia'));
    const shown = () => household.heading(household.t('help-title')).waitFor({ timeout: 2000 });
    await household.page.route('**/api/home', (route) => shown().catch(() => undefined).then(() => route.continue()));
    await household.page.goto(new URL(`/?${lang}#/me/people/${helped.id}/help`, household.page.url()).href);
    const { items } = await must<{ items: { who: string }[] }>(household.page, 'GET', `/api/people/${helped.id}/help/reads`);
    expect(items[0]!.who).toBe(onDuty);
    const reads = household.page.getByText(onDuty, { exact: true });
    await reads.first().waitFor();
    expect(await reads.count()).toBe(items.length);
    await household.reads('help-read-alarm');
    await sound(household, `help-reads-${lang}`);
    await household.page.unrouteAll({ behavior: 'wait' });
    await household.reads('help-there-now');
  });

  test('the report is opened from the past, printed, and saved', async () => {
    const { page, t } = desk;
    await desk.press('nav-past');
    await page.getByRole('row').nth(1).waitFor();
    await desk.reach(page.getByRole('row').nth(1).getByRole('link'));
    await page.keyboard.press('Enter');
    await desk.heading(`${t('report')}: ${home.label}`).waitFor();
    await desk.reads('close-no-fire');
    await desk.reads('gap-emergency-never-called');
    await both(desk, `board-report-${lang}`);
    await page.evaluate(() => Object.assign(globalThis, { printed: 0, print: () => ((globalThis as unknown as { printed: number }).printed += 1) }));
    await desk.press('report-print');
    expect(await page.evaluate(() => (globalThis as unknown as { printed: number }).printed)).toBe(1);
    await page.emulateMedia({ media: 'print' });
    await picture(page, `board-printed-${lang}`);
    const notes = await page.locator('.toasts').evaluate((it) => getComputedStyle(it).display);
    const pressed = await page.getByRole('navigation').or(page.getByRole('button')).filter({ visible: true }).evaluateAll((all) => all.map((it) => it.outerHTML.slice(0, 120)));
    await page.emulateMedia({ media: 'screen' });
    const saved = async (id: string) => {
      const [file] = await Promise.all([page.waitForEvent('download'), desk.press(id)]);
      return readFileSync(await file.path(), 'utf8');
    };
    const table = (await saved('report-save-homes')).split('\r\n');
    expect(table[0]).toContain(t('home-col-home'));
    expect(table.find((line) => line.includes(home.label))).toContain(t('out-say', { count: 1, people: home.people.length, away: home.people.length - 1 }));
    const whole = JSON.parse(await saved('report-save')) as { alarm: string; seal: { signature: string } };
    expect(whole.alarm).toBe(alarm.alarm);
    expect(whole.seal.signature).not.toBe('');
    expect([pressed, notes], 'nothing to press and no passing note is printed').toEqual([[], 'none']);
  });

  test('a press that came too late is asked about, and rings or not as the officer heard', async () => {
    await desk.press('nav-now');
    const [sent, pressed] = [Date.now(), Date.now() - 600_000].map((at) => new Date(at).toISOString());
    await must(household.page, 'POST', '/api/alarms', { alarm: uuidv7(Date.now()), pressed_at: pressed, sent_at: sent, source: 'phone' });
    await desk.reads('late-yes');
    await sound(desk, `board-late-${lang}`);
    const burns = lang === 'vi';
    await desk.press(burns ? 'late-yes' : 'late-no');
    if (burns) await desk.heading(`${desk.t('mode-live')}: ${home.label}`).waitFor();
    await desk.page.getByText(desk.t('late-no')).waitFor({ state: 'detached' });
    const { alarms, late } = await board();
    expect([alarms.map(({ origin }) => origin.household), late]).toEqual([burns ? [home.id] : [], []]);
  });
});
