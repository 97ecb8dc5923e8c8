/** What is kept at the desk, by keyboard alone, Tab after Tab: teams, fire points, devices, people and homes. Nothing is changed without a reason. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { dial } from './device.ts';
import { PATIENCE_MS, both, enter, type Person } from './person.ts';

type Named = { id: string; name: string };
type Human = Named & { adult: boolean; phone: string };
type Home = { id: string; label: string; team: Named | null; people: Human[] };
type Team = Named & { place: Named; leader: Named | null; deputy: Named | null; adjacent: string[] };
type Many<T> = { items: T[] };

let browser: Browser;
let commune: Commune;
let officer: Person;
let clerk: Person;
/** A team, one that it is not next to, and a home of the first. */
let team: Team;
let far: Team;
let home: Home;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en', keys: true, theme: 'dark' });
  clerk = await enter(browser, commune, 'clerk', { lang: 'en', keys: true });
  const { items: teams } = await must<Many<Team>>(clerk.page, 'GET', '/api/teams?limit=100');
  team = teams.find((one) => one.leader && one.deputy)!;
  far = teams.find((one) => one.id !== team.id && !team.adjacent.includes(one.id))!;
  home = await homeOf((await must<Many<Home>>(clerk.page, 'GET', `/api/households?team=${team.id}&limit=1`)).items[0]!.id);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});
afterEach(() => expect([officer, clerk].flatMap((one) => one.faults)).toEqual([]));

const homeOf = (id: string) => must<Home>(clerk.page, 'GET', `/api/households/${id}`);
const teamOf = (id: string) => must<Team>(clerk.page, 'GET', `/api/teams/${id}`);
const row = (one: Person, text: string) => one.page.getByRole('row').filter({ hasText: text });
/** By which name the keyboard stands. */
const focused = ({ page }: Person) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);
/** Where what the keyboard stood on is gone, it stands on something else. */
const stands = (one: Person) => expect.poll(() => focused(one)).not.toBe('BODY');

/** Finds a record by the search of its list, and opens it. */
async function find(one: Person, list: string, name: string): Promise<void> {
  const { page } = one;
  await one.press(list);
  await page.getByRole('searchbox').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.insertText(name);
  await row(one, name).first().waitFor();
  await one.reach(page.getByRole('row').getByRole('link', { name, exact: true }).first());
  await page.keyboard.press('Enter');
  await one.heading(name).waitFor();
}

async function tick(one: Person, label: string): Promise<void> {
  await one.reach(one.page.locator('label').filter({ has: one.page.getByText(label, { exact: true }) }).getByRole('checkbox'));
  await one.page.keyboard.press('Space');
}

/** A form that lacks something says so beside each field, and stays open. */
async function lacks(one: Person, yes: string, fields: number): Promise<void> {
  await one.press(yes);
  await expect.poll(() => one.page.getByRole('alert').filter({ hasText: one.t('required') }).count()).toBe(fields);
}

test('a record that is opened from its list takes the keyboard along', async () => {
  await find(clerk, 'nav-teams', team.name);
  await stands(clerk);
});

describe('a team', () => {
  test('gets a leader and no deputy, with a reason', async () => {
    const next = home.people.find((one) => one.adult && ![team.leader!.id, team.deputy!.id].includes(one.id))!;
    await find(clerk, 'nav-teams', team.name);
    await clerk.press('leaders-name');
    await clerk.choose('role-team-leader', `${next.name}, ${home.label}`);
    await clerk.choose('role-team-deputy', clerk.t('leader-none'));
    await lacks(clerk, 'save', 1);
    expect(await teamOf(team.id)).toMatchObject({ leader: { id: team.leader!.id }, deputy: { id: team.deputy!.id } });
    await clerk.fill('reason', 'voted on Sunday');
    await both(clerk, 'desk-leaders');
    await clerk.press('save');
    await clerk.page.locator('dd', { hasText: next.name }).waitFor();
    expect(await teamOf(team.id)).toMatchObject({ leader: { id: next.id }, deputy: null });
    expect(await focused(clerk)).toBe(clerk.t('leaders-name-for', { team: team.name }));
  });

  test('is told which teams stand next to it, and they are told of it', async () => {
    await clerk.press('beside-name');
    await tick(clerk, far.name);
    await lacks(clerk, 'save', 1);
    await clerk.fill('reason', 'the lane is open now');
    await both(clerk, 'desk-beside');
    await clerk.press('save');
    await clerk.page.locator('dd').getByRole('link', { name: far.name, exact: true }).waitFor();
    expect((await teamOf(team.id)).adjacent).toContain(far.id);
    expect((await teamOf(far.id)).adjacent).toContain(team.id);
  });

  test('calls its leader later, and never so late that it is refused', async () => {
    const ladder = () => must<{ set_at: string | null }>(officer.page, 'GET', `/api/teams/${team.id}/ladder`);
    await find(officer, 'nav-teams', team.name);
    await officer.press('ladder-change');
    await officer.fill('ladder-leaders-seconds', 'soon');
    await lacks(officer, 'save', 1);
    await officer.fill('ladder-leaders-seconds', '301');
    await officer.press('save');
    await officer.page.getByRole('alert').filter({ hasText: /^From \d+ to 300\.$/ }).waitFor();
    expect(await officer.page.getByLabel(officer.t('ladder-leaders-seconds')).getAttribute('aria-invalid')).toBe('true');
    await both(officer, 'desk-ladder');
    expect((await ladder()).set_at).toBeNull();
    await officer.fill('ladder-leaders-seconds', '75');
    await officer.press('save');
    await officer.page.getByRole('alert').filter({ hasText: 'From 75 to 600.' }).waitFor();
    await officer.fill('ladder-wider-seconds', '120');
    await officer.press('save');
    await officer.page.locator('dd', { hasText: officer.t('seconds', { n: 75 }) }).waitFor();
    expect(await ladder()).toMatchObject({ leaders_seconds: 75, wider_seconds: 120 });
  });

  test('is dissolved with a reason, and leaves the list', async () => {
    const { id } = await must<Team>(clerk.page, 'POST', '/api/teams', { name: 'Tổ thử một ngày', place: team.place.id });
    await find(clerk, 'nav-teams', 'Tổ thử một ngày');
    await clerk.press('team-dissolve');
    await lacks(clerk, 'team-dissolve', 1);
    await clerk.fill('reason', 'formed by mistake');
    await both(clerk, 'desk-dissolve');
    await clerk.press('team-dissolve');
    await row(clerk, team.name).first().waitFor();
    expect(await row(clerk, 'Tổ thử một ngày').count()).toBe(0);
    expect((await must<Many<Team>>(clerk.page, 'GET', '/api/teams?limit=100')).items.map((one) => one.id)).not.toContain(id);
    await stands(clerk);
  });
});

describe('a fire point', () => {
  const NAME = 'Điểm chữa cháy đình làng';
  type Point = Named & { position: { lat: number; lon: number }; contents: string[]; keyholder: string | null };
  const point = async () => (await must<Many<Point>>(clerk.page, 'GET', '/api/points')).items.find((one) => one.name === NAME);

  test('is added where the map shows it, and only whole', async () => {
    const { page, t } = clerk;
    await clerk.press('nav-points');
    await clerk.press('point-add');
    await lacks(clerk, 'save', 3);
    await clerk.reads('spot-required');
    await clerk.fill('point-name', NAME);
    await clerk.choose('col-place', team.place.name);
    const drawn = page.getByRole('dialog').locator('svg .home');
    const all = await drawn.count();
    const { position } = await must<{ position: { lat: number; lon: number } }>(clerk.page, 'GET', `/api/households/${home.id}`);
    await clerk.fill('spot-lat', `${position.lat}`);
    await clerk.fill('spot-lon', `${position.lon}`);
    await page.locator('svg .chosen').waitFor();
    for (const _ of [1, 2, 3]) await clerk.press('spot-closer');
    await expect.poll(() => drawn.count(), { message: 'nearer, fewer homes are drawn' }).toBeLessThan(all);
    await tick(clerk, t('contents-hose'));
    await clerk.fill('point-key', 'Cô Hạnh, 0912 000 111');
    await both(clerk, 'desk-point-add');
    await clerk.press('save');
    await row(clerk, NAME).waitFor();
    expect(await point()).toMatchObject({ position, contents: ['hose'] });
    await clerk.press('point-key-show-for', { name: NAME });
    await row(clerk, NAME).getByText('Cô Hạnh, 0912 000 111').waitFor();
  });

  test('is corrected with a reason, and keeps who has its key', async () => {
    await clerk.press('correct-point', { name: NAME });
    await tick(clerk, clerk.t('contents-pump'));
    await lacks(clerk, 'save', 1);
    expect((await point())!.contents).toEqual(['hose']);
    await clerk.fill('reason', 'a pump was bought');
    await both(clerk, 'desk-point-correct');
    await clerk.press('save');
    await row(clerk, NAME).getByText(clerk.t('contents-pump')).waitFor();
    // The form stands in the row, and says pump too.
    await expect.poll(async () => (await point())!.contents.sort(), { timeout: PATIENCE_MS }).toEqual(['hose', 'pump']);
    expect((await must<Point>(clerk.page, 'GET', `/api/points/${(await point())!.id}`)).keyholder).toBe('Cô Hạnh, 0912 000 111');
    expect(await focused(clerk)).toBe(clerk.t('correct-point', { name: NAME }));
  });

  test('is taken away with a reason', async () => {
    await clerk.press('point-remove-for', { name: NAME });
    await lacks(clerk, 'remove', 1);
    await clerk.fill('reason', 'the box was taken down');
    await both(clerk, 'desk-point-remove');
    await clerk.press('remove');
    await row(clerk, NAME).waitFor({ state: 'detached' });
    expect(await point()).toBeUndefined();
    await stands(clerk);
  });
});

describe('a device', () => {
  type Device = { id: string; kind: string; spot: string; state: string };
  const button = async () => (await must<Many<Device>>(officer.page, 'GET', `/api/devices?household=${home.id}&limit=50`)).items.filter(({ kind, spot }) => kind === 'button' && spot === 'other');
  let first: Parameters<typeof dial>[0];
  let name: string;

  test('is paired by six words that stand on the screen', async () => {
    const { page, t } = officer;
    name = `${t('device-button')} · ${t('spot-other')}`;
    expect(await button()).toEqual([]);
    await find(officer, 'nav-homes', home.label);
    await officer.press('pair');
    await officer.choose('pair-kind', t('device-button'));
    await officer.choose('pair-spot', t('spot-other'));
    await both(officer, 'desk-pair');
    await officer.press('pair-make');
    const shown = page.getByRole('dialog').locator('ol strong');
    await expect.poll(() => shown.count()).toBe(6);
    const words = await shown.allInnerTexts();
    await both(officer, 'desk-pair-words');
    first = (await must<{ mqtt: typeof first }>(page, 'POST', '/api/pair', { words: words.join(' ') })).mqtt;
    const paired = await dial(first);
    paired.say('uptime', 60);
    await expect.poll(async () => (await button()).map(({ state }) => state)).toEqual(['ok']);
    await officer.press('close');
    await page.getByText(name).first().waitFor();
    await page.getByText(t('state-ok')).first().waitFor();
    paired.stop();
  });

  test('is replaced by one of another make, for which host, user and secret are shown', async () => {
    const { page, t } = officer;
    const [old] = await button();
    await officer.press('device-replace-for', { device: name });
    await officer.reads('device-replace-what');
    await officer.choose('pair-profile', t('profile-esphome'));
    await both(officer, 'desk-replace');
    await officer.press('pair-make');
    await page.locator('dd code').first().waitFor();
    await both(officer, 'desk-replaced');
    const [, port, username, password] = await page.locator('dd code').allInnerTexts();
    await officer.press('close');
    const fresh = await dial({ port: Number(port), username: username!, password: password! });
    fresh.stop();
    await expect(dial(first), 'the old one opens nothing any more').rejects.toThrow('refused');
    expect((await button()).map(({ id }) => id)).toEqual([fresh.id]);
    expect(fresh.id).not.toBe(old!.id);
  });

  test('is taken away', async () => {
    await officer.press('device-remove-for', { device: name });
    await both(officer, 'desk-device-remove');
    await officer.press('device-remove');
    await officer.page.getByText(name).first().waitFor({ state: 'detached' });
    expect(await button()).toEqual([]);
    await stands(officer);
  });
});

describe('people and homes', () => {
  const NAME = 'Đỗ Thị Mận';
  const person = async () => (await homeOf(home.id)).people.find((one) => one.name === NAME);

  test('somebody is added who is trained to help', async () => {
    await find(clerk, 'nav-homes', home.label);
    await clerk.press('person-add-for', { home: home.label });
    await lacks(clerk, 'save', 1);
    await clerk.fill('person-name', NAME);
    await tick(clerk, clerk.t('person-can-respond'));
    await tick(clerk, clerk.t('skill-first-aid'));
    await both(clerk, 'desk-person-add');
    await clerk.press('save');
    await clerk.page.getByText(NAME).first().waitFor();
    expect(await person()).toMatchObject({ adult: true, can_respond: true, trained: ['first_aid'] });
  });

  test('is corrected, but not without a reason, nor where nothing was changed', async () => {
    await clerk.press('correct-person', { name: NAME });
    await clerk.fill('reason', 'she told us');
    await clerk.press('save');
    await clerk.reads('nothing-changed');
    await clerk.fill('person-phone', '+84912000222');
    await clerk.reach(clerk.page.getByRole('dialog').getByLabel(clerk.t('reason'), { exact: true }));
    await clerk.page.keyboard.press('Control+A');
    await clerk.page.keyboard.press('Backspace');
    await lacks(clerk, 'save', 1);
    const stale = await clerk.page.getByText(clerk.t('nothing-changed')).count();
    expect((await person())!.phone).toBe('');
    await both(clerk, 'desk-person-correct');
    await clerk.fill('reason', 'she told us');
    await clerk.press('save');
    await clerk.page.getByText('+84912000222').first().waitFor();
    expect((await person())!.phone).toBe('+84912000222');
    expect(await focused(clerk)).toBe(clerk.t('correct-person', { name: NAME }));
    expect(stale, 'what was mended is said no more').toBe(0);
  });

  test('is erased for good, with a reason', async () => {
    await clerk.press('person-erase-for', { name: NAME });
    await lacks(clerk, 'person-erase-yes', 1);
    await clerk.fill('reason', 'moved away');
    await both(clerk, 'desk-person-erase');
    await clerk.press('person-erase-yes');
    await clerk.page.getByRole('button', { name: clerk.t('person-erase-for', { name: NAME }) }).waitFor({ state: 'detached' });
    expect(await person()).toBeUndefined();
    await stands(clerk);
  });

  test('a home moves to another team, with a reason', async () => {
    await clerk.press('home-move-for', { home: home.label });
    await clerk.choose('col-team', far.name);
    await lacks(clerk, 'home-move-yes', 1);
    await clerk.fill('reason', 'the lane is open now');
    await both(clerk, 'desk-move');
    await clerk.press('home-move-yes');
    await clerk.page.locator('dd').getByRole('link', { name: far.name, exact: true }).waitFor();
    expect((await homeOf(home.id)).team!.id).toBe(far.id);
  });
});
