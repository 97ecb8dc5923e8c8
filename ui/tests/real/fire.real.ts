/**
 * FIRE on a phone: by finger, tap, keyboard; sent, not sent, offline, too late. The node answers, is frozen or cut off; the
 * phone's clock is wrong. A node whose disk fails is in tests/faults: here only its answer.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allClear, must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { again, enter, fireButton, holdFire, PATIENCE_MS, setClock, touchFire, type Person } from './person.ts';

let browser: Browser;
let commune: Commune;
let owner: Person;
let officer: Person;
/** A window of the household's own that nothing was done in yet. */
let one: Person;
let presses: { key: string | undefined; alarm: string }[];

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true });
  owner = await enter(browser, commune, 'household', { lang: 'en' });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});
beforeEach(async () => {
  one = await again(owner);
  await fireButton(one.page).waitFor();
  presses = [];
  one.context.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/alarms') presses.push({ key: request.headers()['idempotency-key'], alarm: (request.postDataJSON() as { alarm: string }).alarm });
  });
});
afterEach(async () => {
  commune.thaw();
  await one.leave();
  await allClear(officer.page);
});

const says = (id: string, values?: Record<string, string>) => one.heading(one.t(id, values)).waitFor();
const received = () => one.page.getByText(/Received at \d\d:\d\d:\d\d/).first().waitFor();
const late = async () => (await must<{ late: unknown[] }>(officer.page, 'GET', '/api/board')).late;
const alarms = async () => (await must<{ alarms: unknown[] }>(officer.page, 'GET', '/api/board')).alarms.length;

describe('a finger', () => {
  test('held for a second sends once, and the alarm id is the key', async () => {
    await holdFire(one.page);
    await received();
    expect(presses).toHaveLength(1);
    expect(presses[0]!.key).toBe(presses[0]!.alarm);
  });
  test('that trembles and slips still sends', async () => {
    const { x, y } = await touchFire(one.page);
    for (let i = 0; i < 12; i++) {
      await one.page.mouse.move(x + (i % 2 ? 60 : -70), y + (i % 3 ? 80 : -50));
      // A hand trembles about ten times a second.
      await one.page.waitForTimeout(90);
    }
    await received();
    await one.page.mouse.up();
  });
  test('drawn far away takes the press back', async () => {
    await one.page.setViewportSize({ width: 768, height: 1024 });
    await touchFire(one.page);
    await one.page.mouse.move(10, 1000);
    // Longer than a hold: nothing must come of it.
    await one.page.waitForTimeout(1300);
    await one.page.mouse.up();
    expect(await one.page.locator('dialog[open]').count()).toBe(0);
    expect(presses).toHaveLength(0);
  });
  test('that only taps opens the countdown, which sends by itself and not before', async () => {
    await holdFire(one.page, 80);
    await one.page.locator('dialog[open]').waitFor();
    // Still within the five seconds: nothing may be sent yet.
    await one.page.waitForTimeout(2500);
    expect(presses).toHaveLength(0);
    await received();
    expect(presses).toHaveLength(1);
  });
});

test('the countdown is heard: one tone for each of its five seconds', async () => {
  type Heard = { hertz: number; state: string }[];
  await one.context.addInitScript(() => {
    const heard: Heard = ((globalThis as typeof globalThis & { heard?: Heard }).heard = []);
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
      const tone = make.call(this);
      const begin = tone.start.bind(tone);
      tone.start = (when) => {
        heard.push({ hertz: tone.frequency.value, state: this.state });
        begin(when);
      };
      return tone;
    };
  });
  await one.page.reload();
  await fireButton(one.page).waitFor();
  await holdFire(one.page, 80);
  await received();
  const heard = (await one.page.evaluate(() => (globalThis as typeof globalThis & { heard?: Heard }).heard))!;
  expect(heard.filter((tone) => tone.hertz === 880)).toHaveLength(5);
  expect(heard.slice(1).map((tone) => tone.state)).not.toContain('suspended');
});

describe('the keyboard', () => {
  test('reaches FIRE, counts down, and a second Enter sends at once', async () => {
    for (let i = 0; i < 6 && !(await fireButton(one.page).evaluate((it) => it === document.activeElement)); i++) await one.page.keyboard.press('Tab');
    await one.page.keyboard.press('Enter');
    await one.page.locator('dialog[open]').waitFor();
    await one.page.keyboard.press('Enter');
    await received();
    expect(presses).toHaveLength(1);
  });
  test('stays on FIRE when the name of the team comes later', async () => {
    const window = await browser.newContext({ storageState: await owner.context.storageState() });
    const page = await window.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    let answer = () => {};
    const asked = new Promise<void>((go) => (answer = go));
    await page.route('**/api/home', async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto(owner.page.url());
    const before = await page.locator('h1').innerText();
    await fireButton(page).focus();
    answer();
    await expect.poll(() => page.locator('h1').innerText()).not.toBe(before);
    await page.keyboard.press('Space');
    await page.locator('dialog[open]').waitFor();
    await window.close();
  });
  test('takes it back with Escape', async () => {
    await fireButton(one.page).focus();
    await one.page.keyboard.press('Space');
    await one.page.locator('dialog[open]').waitFor();
    await one.page.keyboard.press('Escape');
    // Longer than the countdown: nothing must come of it.
    await one.page.waitForTimeout(5500);
    expect(presses).toHaveLength(0);
  });
});

describe('a node that does not answer', () => {
  test('is called NOT SENT after three seconds, with 114 as a link, and tried until it answers; it counts once', async () => {
    commune.freeze();
    await holdFire(one.page);
    await says('press-sending');
    // Within the patience: too early to call it not sent.
    await one.page.waitForTimeout(800);
    expect(await one.page.getByRole('heading', { name: /NOT SENT/ }).count()).toBe(0);
    await says('press-not-sent', { number: '114' });
    expect(await one.page.locator('a.call').getAttribute('href')).toBe('tel:114');
    commune.thaw();
    await received();
    expect(new Set(presses.map((press) => press.key)).size).toBe(1);
    expect(await alarms()).toBe(1);
  });
  test('whose answer got lost is known to have the press when the alarm comes back by the event stream', async () => {
    await one.page.route('**/api/alarms', async (route) => {
      await must(owner.page, 'POST', '/api/alarms', route.request().postDataJSON());
      await route.abort();
    });
    await holdFire(one.page);
    await received();
    await one.page.unrouteAll({ behavior: 'wait' });
    expect(await alarms()).toBe(1);
  });
});

describe('a press that rings and is not on the disk yet', () => {
  test('says both, until it is', async () => {
    await one.page.route('**/api/alarms', (route) => {
      const { alarm, pressed_at } = route.request().postDataJSON() as { alarm: string; pressed_at: string };
      return route.fulfill({ status: 202, json: { alarm, joined: null, received_at: pressed_at, recorded: false, state: 'ringing' } });
    });
    await holdFire(one.page);
    await received();
    await one.reads('press-not-recorded');
    await one.page.unroute('**/api/alarms');
    const at = new Date().toISOString();
    await must(owner.page, 'POST', '/api/alarms', { alarm: presses[0]!.alarm, pressed_at: at, sent_at: at, source: 'phone' });
    await one.reads('alarm-word');
    await one.gone('press-not-recorded');
  });
});

describe('no network', () => {
  beforeEach(async () => {
    await one.page.evaluate(() => navigator.serviceWorker.ready);
    await one.page.waitForFunction(async () => (await caches.keys()).some((name) => name.startsWith('liengia-')));
    await one.page.reload();
    await fireButton(one.page).waitFor();
  });

  test('the app opens all the same, in the chosen language, and says how old it is', async () => {
    // Going offline in Chromium leaves the worker that holds the event stream online.
    commune.freeze();
    await one.page.reload();
    await fireButton(one.page).waitFor();
    expect(await fireButton(one.page).innerText()).toContain(one.t('fire'));
    await one.press('nav-team');
    await one.page.getByText(/As of/).waitFor();
  });
  test('a press is said to be not sent, survives closing the app and is sent when the network is back', async () => {
    await one.context.setOffline(true);
    await holdFire(one.page);
    await one.page.getByRole('heading', { name: /NOT SENT/ }).waitFor({ timeout: 2500 });
    await one.page.close();
    one.page = await one.context.newPage();
    await one.page.goto(new URL('/', owner.page.url()).href);
    await one.page.getByRole('heading', { name: /NOT SENT/ }).waitFor();
    await one.context.setOffline(false);
    await one.page.getByText(/Received at/).first().waitFor({ timeout: 15_000 });
    expect(await alarms()).toBe(1);
  });
  test('a press that arrives six minutes late rings nobody until somebody says that it still burns', async () => {
    await one.context.setOffline(true);
    await holdFire(one.page);
    await one.page.getByRole('heading', { name: /NOT SENT/ }).waitFor();
    await setClock(one, 6);
    await one.context.setOffline(false);
    await one.page.getByRole('heading', { name: one.t('press-ask') }).waitFor({ timeout: 15_000 });
    expect(await alarms()).toBe(0);
    await one.press('press-ask-no');
    await fireButton(one.page).waitFor();
    await expect.poll(late).toEqual([]);
  });
});

describe('a phone whose clock is wrong', () => {
  test('by ten minutes behind rings at once', async () => {
    await setClock(one, -10);
    await holdFire(one.page);
    await received();
    expect(await alarms()).toBe(1);
  });
  test('by ten minutes ahead is still asked about a press that waited for six', async () => {
    await setClock(one, 10);
    await one.context.setOffline(true);
    await holdFire(one.page);
    await one.page.getByRole('heading', { name: /NOT SENT/ }).waitFor();
    await setClock(one, 16);
    await one.context.setOffline(false);
    await says('press-ask');
    expect(await alarms()).toBe(0);
    await one.press('press-ask-no');
    await fireButton(one.page).waitFor();
    await expect.poll(late).toEqual([]);
  });
});
