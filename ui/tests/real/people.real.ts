/**
 * What people do on the phone beyond answering a fire: help notes, a late press, no network, a false alarm, a school, the deputy,
 * phones that are signed out. Each with a phone of its own, in the languages in which no other journey goes there.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { uuidv7 } from '../../shared/id.ts';
import { LANGS, type Lang } from '../../shared/i18n/lang.ts';
import { allClear, ask, must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { pair } from './device.ts';
import { enter, fireButton, holdFire, open, setClock, sound, type Person } from './person.ts';

type One = { id: string; name: string; adult: boolean; can_respond: boolean; trained: string[]; help: boolean };
type Whole = { id: string; people: One[]; occupants: number };
type Home = { me: { person: string; name: string }; household: { id: string; people_count: number }; team: { id: string } };
type Place = { household: string; label: string; burning: boolean; adjoining: boolean; people: number; answer: string };
type Alarm = { alarm: string; households: Place[]; responders: { person: string; card: string; state: string }[] };
const NUMBER = { number: '114' };
const NOTE = 'Nằm liệt, tầng 2, phòng trong cùng';

let browser: Browser;
let commune: Commune;
let household: Person;
let neighbour: Person;
let officer: Person;
let mine: Home;
/** Whom a test lets in besides. */
let guests: Person[] = [];

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
  household = await enter(browser, commune, 'household', { lang: 'vi' });
  neighbour = await enter(browser, commune, 'neighbour', { lang: 'id' });
  mine = await must<Home>(household.page, 'GET', '/api/home');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});
afterEach(() => expect([household, neighbour, officer, ...guests].flatMap((one) => one.faults)).toEqual([]));
/** The next one begins with nobody else there, and everybody at the first screen. */
async function quiet(): Promise<void> {
  for (const one of guests) await one.leave();
  guests = [];
  await allClear(officer.page);
  for (const { page } of [household, neighbour]) await page.goto(new URL('/', page.url()).href);
}

const alarms = async () => (await must<{ alarms: Alarm[] }>(officer.page, 'GET', '/api/board')).alarms;
const homeIn = async (id: string) => (await alarms())[0]!.households.find((one) => one.household === id)!;
const whole = (id: string) => must<Whole>(officer.page, 'GET', `/api/households/${id}`);
async function does(one: Person, ...ids: string[]): Promise<void> {
  for (const id of ids) await one.press(id);
}
/** The screen says this, and is sound. */
async function stands(one: Person, name: string, id: string, values?: Record<string, string | number>): Promise<void> {
  await one.reads(id, values);
  await sound(one, name);
}
const allOut = (one: Person) => one.page.locator('.ask button').first().click();
const number = ({ page, t }: Person, id: string) => page.getByRole('spinbutton', { name: t(id) });

/** The phone of somebody on record, or of nobody known, that joined by a code from the desk. */
async function phoneOf(home: string, look: { lang: Lang; keys?: boolean }, person?: string, label = 'Phone'): Promise<Person> {
  const { code } = await must<{ code: string }>(officer.page, 'POST', '/api/invitations', { household: home, hours: 1, ...(person ? { person } : {}) });
  const one = await open(browser, commune, `http://localhost:${commune.port}/`, 'home', look);
  guests.push(one);
  await must(one.page, 'POST', '/api/join', { code, device_label: label });
  await one.page.reload();
  await fireButton(one.page).or(one.page.locator('header.live')).first().waitFor();
  return one;
}

async function raise({ page } = household): Promise<string> {
  const alarm = uuidv7(Date.now());
  await must(page, 'POST', '/api/alarms', { alarm, pressed_at: new Date().toISOString(), source: 'phone' });
  return alarm;
}

describe('a note on who needs help to get out', () => {
  let who: One;
  const noted = async () => (await whole(mine.household.id)).people.find(({ id }) => id === who.id)!.help;
  const reads = async () => (await must<{ items: { who: string; alarm: string | null }[] }>(household.page, 'GET', `/api/people/${who.id}/help/reads`)).items;
  const written = () => household.page.getByLabel(household.t('help-note')).inputValue();
  afterAll(quiet);

  test('is written by the own home, and in quiet times read by nobody else', async () => {
    who = (await whole(mine.household.id)).people.find((one) => !one.help && one.id !== mine.me.person)!;
    await does(household, 'nav-me', 'me-people');
    await household.page.getByRole('link', { name: who.name }).click();
    await household.reads('help-reads-none');
    await household.fill('help-note', NOTE);
    await household.press('help-save');
    await stands(household, 'help-written', 'saved');
    expect(await noted()).toBe(true);
    expect((await ask(officer.page, 'POST', `/api/people/${who.id}/help/read`)).status).toBe(403);
    expect(await reads()).toEqual([]);
    await household.press('close');
  });

  test('is read by the officer while it burns there; the own home reads who did and when, and takes it back', async () => {
    const alarm = await raise();
    await officer.page.getByText(NOTE).first().waitFor();
    const { name } = await must<{ name: string }>(officer.page, 'GET', '/api/session');
    expect(await reads()).toMatchObject([{ who: name, alarm }]);
    await allClear(officer.page);
    await household.press('done');
    const row = household.page.locator('.row').filter({ hasText: name });
    await row.getByText(household.t('help-read-alarm')).waitFor();
    expect(await row.innerText()).toMatch(/\d{1,2}[:.]\d\d/);
    await household.press('help-see');
    await household.page.locator('.row').filter({ hasText: mine.me.name }).getByText(household.t('help-read-other')).waitFor();
    expect(await written()).toBe(NOTE);
    await sound(household, 'help-read');
    await household.press('help-remove');
    await household.reads('help-removed');
    expect(await noted()).toBe(false);
    expect(await written()).toBe('');
  });
});

test('a place of the home that is opened before the node has said whose phone this is waits for that', async () => {
  const context = await browser.newContext({ storageState: await household.context.storageState() });
  const page = await context.newPage();
  await page.route('**/api/home', async (route) => {
    // Longer than the screen's own code takes to come.
    await new Promise((later) => setTimeout(later, 1000));
    await route.continue();
  });
  await page.goto(new URL('/#/me/people', household.page.url()).href);
  await page.getByRole('link', { name: mine.me.name }).waitFor();
  await context.close();
});

/** The phone's browser has no shared worker, like those of many phones: then the app itself notices that there is no network. */
describe.each(['vi', 'id'] as const)('%s, without network', (lang) => {
  let one: Person;
  async function late() {
    await setClock(one, 0);
    await one.context.setOffline(true);
    await holdFire(one.page);
    await one.heading(one.t('press-not-sent', NUMBER)).waitFor();
    await setClock(one, 6);
    await one.context.setOffline(false);
    await one.heading(one.t('press-ask')).waitFor();
  }
  const says = (id: string) => one.page.getByText(new RegExp(one.t(id, { time: '\\d{1,2}[:.]\\d\\d' }))).first().waitFor();
  beforeAll(async () => {
    one = await phoneOf(mine.household.id, { lang }, mine.me.person);
    await one.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
    await one.page.waitForFunction(async () => (await navigator.serviceWorker.ready) && (await caches.keys()).some((name) => name.startsWith('liengia-')));
    await Promise.all([one.page.waitForResponse('**/api/events'), one.page.reload()]);
    await one.reads('ready-fault');
  });
  afterAll(quiet);

  test('the first screen and the team say since when, and that FIRE still works', async () => {
    await one.context.setOffline(true);
    await says('silent-since');
    await stands(one, `offline-home-${lang}`, 'silent-do', NUMBER);
    await one.press('nav-team');
    await says('as-of');
    await sound(one, `offline-team-${lang}`);
    await one.press('nav-home');
  });

  test('a press that comes six minutes late is asked about, and a yes rings everybody', async () => {
    await late();
    await sound(one, `press-ask-${lang}`);
    expect(await alarms()).toEqual([]);
    await one.press('press-ask-yes');
    await one.reads('alarm-own-home');
    await neighbour.reads('alarm-word');
    expect(await alarms()).toMatchObject([{ state: 'ringing', late: true }]);
  });

  test('in the alarm that all are out is kept, said to wait, and sent', async () => {
    await setClock(one, 0);
    await one.context.setOffline(true);
    await says('alarm-silent');
    await allOut(one);
    await stands(one, `offline-alarm-${lang}`, 'alarm-answer-waits');
    await one.context.setOffline(false);
    await one.gone('alarm-answer-waits');
    expect(await homeIn(mine.household.id)).toMatchObject({ clear: true, out: { count: mine.household.people_count } });
  });

  test('a yes that cannot be sent is said to be NOT SENT, as the press was, and sent later', async () => {
    await allClear(officer.page);
    await one.press('done');
    await late();
    await one.context.setOffline(true);
    await one.press('press-ask-yes');
    await one.heading(one.t('press-not-sent', NUMBER)).waitFor();
    await one.context.setOffline(false);
    await one.heading(one.t('alarm-own-home')).waitFor();
    expect(await alarms()).toMatchObject([{ late: true }]);
  });
});

describe.each(LANGS)('%s, the deputy', (lang) => {
  let deputy: Person;
  let home: Place;
  let alarm: string;
  beforeAll(async () => {
    const { deputy: leads } = await must<{ deputy: { id: string } }>(officer.page, 'GET', `/api/teams/${mine.team.id}`);
    alarm = await raise();
    const [{ households }] = (await alarms()) as [Alarm];
    const lives = (await Promise.all(households.map((one) => whole(one.household)))).find(({ people }) => people.some(({ id }) => id === leads.id))!;
    home = households.find((one) => !one.burning && !one.adjoining && one.household !== lives.id && one.people > 1)!;
    deputy = await phoneOf(lives.id, { lang }, leads.id);
  });
  afterAll(quiet);

  test('sees who is coming, counts out a home, and ends the alarm by the word of somebody who looked', async () => {
    const { page, t } = deputy;
    const helper = (await whole(home.household)).people.find((one) => one.adult)!;
    const phone = await phoneOf(home.household, { lang }, helper.id);
    await must(phone.page, 'POST', `/api/alarms/${alarm}/answers`, { answer: 'coming' });
    await deputy.reads('who-coming', { n: 1 });
    await page.locator('summary').click();
    const row = page.locator('details').getByRole('button').filter({ hasText: home.label });
    await row.click();
    await deputy.press('out-some', { n: home.people });
    await row.getByText(t('home-out', { n: home.people })).waitFor();
    expect(await homeIn(home.household)).toMatchObject({ clear: true, out: { count: home.people, away: 0 } });
    await must(phone.page, 'POST', `/api/alarms/${alarm}/looked`, { saw: 'no_fire' });
    await does(deputy, 'close-alarm', 'close-yes');
    await stands(deputy, `close-${lang}`, 'required');
    await deputy.choose('close-who-looked', t('close-saw-none', { name: helper.name }));
    await deputy.choose('close-why', t('close-reason-cooking'));
    await deputy.press('close-yes');
    await deputy.reads('closed-title');
    await page.getByText(helper.name).first().waitFor();
    expect(await alarms()).toEqual([]);
  });

  test('announces a drill and calls it off, and adds somebody to a home, and a bell', async () => {
    const { page, t } = deputy;
    const announced = async () => (await must<{ items: { state: string }[] }>(deputy.page, 'GET', '/api/drills?limit=20')).items.filter(({ state }) => state === 'announced').length;
    await does(deputy, 'done', 'nav-team', 'lead-drill', 'check-answers', 'drill-yes');
    await deputy.reads('drill-announced');
    expect(await announced()).toBe(1);
    // What was said stands over the buttons for a moment.
    await does(deputy, 'close', 'drill-call-off');
    await expect.poll(announced).toBe(0);
    await does(deputy, 'nav-team', 'lead-homes');
    await page.locator(`a[href="#/lead/home/${home.household}"]`).click();
    await deputy.press('person-add');
    const name = `Trần Văn Mới ${lang}`;
    await deputy.fill('person-name', name);
    await sound(deputy, `deputy-add-${lang}`);
    await deputy.press('save');
    await page.getByText(name).first().waitFor();
    expect((await whole(home.household)).people.filter((one) => one.name === name)).toHaveLength(1);
    const bells = async () => (await must<{ items: { kind: string }[] }>(officer.page, 'GET', `/api/devices?household=${home.household}`)).items.filter(({ kind }) => kind === 'bell').length;
    const before = await bells();
    await does(deputy, 'close', 'pair');
    await deputy.choose('pair-kind', t('device-bell'));
    await deputy.choose('pair-profile', t('profile-esphome'));
    await deputy.press('pair-make');
    await page.locator('dd code').first().waitFor();
    expect(await bells()).toBe(before + 1);
  });
});

describe('an alarm', () => {
  afterEach(quiet);

  test('that its home calls false is told to everybody and silences nothing; the home next door sees fire, and nobody ends it as no fire', async () => {
    const alarm = await raise();
    await household.press('false-alarm');
    await stands(household, 'false-alarm-sure', 'false-alarm-sure');
    expect(await alarms()).toMatchObject([{ false_alarm: null }]);
    await household.press('false-alarm-yes');
    for (const one of [household, neighbour]) await one.reads('alarm-false-said', { who: mine.me.name });
    await neighbour.reads('alarm-false-until');
    expect(await alarms()).toMatchObject([{ state: 'ringing', bells_rest: false, closed: null, false_alarm: { by: mine.me.name } }]);
    await allOut(neighbour);
    await neighbour.press('look-fire');
    await household.reads('alarm-looked', { fire: 1, none: 0 });
    await allOut(household);
    await household.press('look-no-fire');
    await neighbour.reads('alarm-looked', { fire: 1, none: 1 });
    const end = (reason: string) => ask(officer.page, 'POST', `/api/alarms/${alarm}/close`, { reason, looked_by: mine.me.person });
    expect((await end('no_fire')).status).toBe(409);
    expect(await alarms()).toMatchObject([{ state: 'ringing', looked: { fire: 1, no_fire: 1 } }]);
    expect((await end('fire_out')).status).toBe(200);
  });

  test('of a school nobody is counted out beforehand, and more than are known there is asked about', async () => {
    const [{ id, occupants: known }] = (await must<{ items: Whole[] }>(officer.page, 'GET', '/api/households?kind=school&limit=1')).items as [Whole];
    const one = await phoneOf(id, { lang: 'id' });
    await raise(one);
    await one.reads('out-count');
    expect(await one.page.getByRole('button', { name: one.t('out-all', { n: known }) }).count()).toBe(0);
    await one.press('out-count');
    expect(await number(one, 'out-count').inputValue()).toBe('0');
    await number(one, 'out-count').fill(`${known + 7}`);
    await stands(one, 'school-too-many', 'out-too-many', { n: known });
    await number(one, 'out-count').fill(`${known - 20}`);
    await one.press('out-some', { n: known - 20 });
    await one.heading(one.t('out-missing', { n: 20 })).waitFor();
    expect(await homeIn(id)).toMatchObject({ clear: false, out: { count: known - 20, away: 0 } });
    await one.press('out-count');
    await number(one, 'out-away').fill('20');
    await one.press('out-some', { n: known - 20 });
    await one.gone('out-missing', { n: 20 });
    expect(await homeIn(id)).toMatchObject({ clear: true, out: { count: known - 20, away: 20 } });
  });

  test('a lone detector asks its own home, which says that it burns, and everybody is rung', async () => {
    const detector = await pair(officer.page, mine.household.id, 'detector');
    detector.say('press', { cause: 'detector' });
    await stands(household, 'own-warning', 'warning-ask');
    expect(await alarms()).toMatchObject([{ state: 'own_home_warning' }]);
    // A finger stays on the glass for a moment: what its touch sets off must not take the button from under it.
    await household.page.getByRole('button', { name: household.t('warning-fire') }).click({ delay: 400 });
    await neighbour.reads('alarm-word');
    expect(await alarms()).toMatchObject([{ state: 'ringing' }]);
    detector.stop();
  });

  test('by the keyboard alone somebody comes, takes the task that another cannot do, arrives, and then is safe', async () => {
    await raise();
    const [{ households, responders }] = (await alarms()) as [Alarm];
    const safe = await Promise.all(households.filter((one) => !one.burning && !one.adjoining).map((one) => whole(one.household)));
    const people = safe.flatMap((home) => home.people.map((one) => ({ ...one, home: home.id })));
    const dealt = responders.filter((one) => one.state === 'offered' && people.some(({ id }) => id === one.person));
    const helper = people.find((one) => one.can_respond && !responders.some(({ person }) => person === one.id) && dealt.some(({ card }) => one.trained.includes(card)))!;
    const asked = dealt.find(({ card }) => helper.trained.includes(card))!;
    await allClear(officer.page);
    const busy = await phoneOf(people.find(({ id }) => id === asked.person)!.home, { lang: 'en' }, asked.person);
    const one = await phoneOf(helper.home, { lang: 'en', keys: true }, helper.id);
    const cards = async () => (await alarms())[0]!.responders.filter(({ person }) => person === helper.id).map(({ card, state }) => [card, state]);
    const lost = () => one.page.evaluate(() => document.activeElement === document.body);
    const alarm = await raise();
    await one.heading(one.t('ask-can-you-come')).waitFor();
    await one.press('say-coming');
    await one.heading(one.t('ask-arrived')).waitFor();
    expect.soft(await lost(), 'where the keyboard was').toBe(false);
    await must(busy.page, 'POST', `/api/alarms/${alarm}/card`, { accept: false });
    await one.press('card-accept');
    await expect.poll(cards).toEqual([[asked.card, 'accepted']]);
    await one.press('say-arrived');
    await one.heading(one.t('ask-look')).waitFor();
    expect(await cards()).toEqual([[asked.card, 'arrived']]);
    await does(one, 'alarm-change', 'say-safe');
    await one.reads('alarm-you-said', { answer: one.t('answer-safe') });
    expect.soft(await lost(), 'where the keyboard was').toBe(false);
    expect((await homeIn(helper.home)).answer).toBe('safe');
  });
});

test('whoever also has a login signs out the phone that is lost, which then says so, and this one, which stays so', async () => {
  onTestFinished(quiet);
  const signedIn = async ({ page }: Person) => (await ask(page, 'GET', '/api/session')).status;
  const one = await phoneOf(mine.household.id, { lang: 'vi' }, mine.me.person);
  const other = await phoneOf(mine.household.id, { lang: 'id' }, mine.me.person, 'Máy cũ');
  const admin = await enter(browser, commune, 'admin', { lang: 'en' });
  guests.push(admin);
  const roles = [{ role: 'household_member', scope: { kind: 'household', id: mine.household.id } }];
  const { link } = await must<{ link: { code: string } }>(admin.page, 'POST', '/api/accounts', { person: mine.me.person, login: 'lan', roles });
  await must(one.page, 'POST', '/api/welcome', { code: link.code });
  await does(one, 'nav-me', 'me-phones');
  await stands(one, 'phones', 'phones-why');
  await one.page.locator('.row').filter({ hasText: 'Máy cũ' }).getByRole('button').click();
  await stands(one, 'phones-sure', 'phones-sure', { label: 'Máy cũ' });
  await one.press('phones-end');
  await stands(other, 'signed-out-by-another', 'signed-out-here');
  expect([await signedIn(one), await signedIn(other)]).toEqual([200, 401]);
  await does(one, 'nav-me', 'sign-out');
  await stands(one, 'sign-out-sure', 'sign-out-sure');
  await one.press('sign-out-yes');
  await stands(one, 'signed-out', 'signed-out-here');
  expect(await signedIn(one)).toBe(401);
});

test('who leads adds somebody to the own home and corrects them with a reason', async () => {
  const leader = await enter(browser, commune, 'leader', { lang: 'id' });
  guests.push(leader);
  await does(leader, 'nav-me', 'me-people', 'person-add', 'save');
  await stands(leader, 'person-new', 'required');
  await leader.fill('person-name', 'Siti Baru');
  await leader.page.getByLabel(leader.t('person-can-respond')).check();
  await leader.press('save');
  await leader.page.getByRole('link', { name: 'Siti Baru' }).click();
  await leader.fill('person-phone', '0912345678');
  await leader.press('save');
  await stands(leader, 'person-edit', 'required');
  await leader.fill('reason', 'nomor baru');
  await leader.press('save');
  await leader.heading(leader.t('me-people')).waitFor();
  const { household: home } = await must<Home>(leader.page, 'GET', '/api/home');
  expect((await whole(home.id)).people.find(({ name }) => name === 'Siti Baru')).toMatchObject({ can_respond: true, phone: '+84912345678' });
});
