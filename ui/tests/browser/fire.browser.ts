/** FIRE in a real browser: by finger, tap, keyboard; sent, not sent, offline, too late. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, phone } from './chromium.ts';
import { hold } from './scenes.ts';
import { startStandIn, type StandIn } from './standin.ts';

let browser: Browser;
let standin: StandIn;
let context: BrowserContext;
let page: Page;

const button = () => page.locator('button[aria-describedby=fire-how]');
const presses = () => standin.world.heard.filter((one) => one.path === '/api/alarms');
const says = (text: string | RegExp) => page.getByRole('heading', { name: text }).first().waitFor({ timeout: 8000 });
const appears = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 8000 });

beforeAll(async () => {
  standin = await startStandIn();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await standin?.stop();
});
beforeEach(async () => {
  standin.reset();
  ({ context, page } = await phone(browser, { lang: 'en' }));
  await page.goto(standin.url);
  await button().waitFor();
});
afterEach(async () => context.close());

async function finger() {
  const box = (await button().boundingBox())!;
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  return { x, y };
}

describe('a finger', () => {
  test('held for a second sends once, and the alarm id is the key', async () => {
    await hold(page);
    await appears(/Received at \d\d:\d\d:\d\d/);
    expect(presses()).toHaveLength(1);
    const [press] = presses();
    expect(press!.key).toBe((press!.body as { alarm: string }).alarm);
  });
  test('that trembles and slips still sends', async () => {
    const { x, y } = await finger();
    for (let i = 0; i < 12; i++) {
      await page.mouse.move(x + (i % 2 ? 60 : -70), y + (i % 3 ? 80 : -50));
      // A hand trembles about ten times a second.
      await page.waitForTimeout(90);
    }
    await appears(/Received at/);
    await page.mouse.up();
  });
  test('drawn far away takes the press back', async () => {
    await page.setViewportSize({ width: 768, height: 1024 });
    await finger();
    await page.mouse.move(10, 1000);
    // Longer than a hold: nothing must come of it.
    await page.waitForTimeout(1300);
    await page.mouse.up();
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(presses()).toHaveLength(0);
  });
  test('that only taps opens the countdown, which sends by itself', async () => {
    await hold(page, 80);
    await page.locator('dialog[open]').waitFor();
    expect(presses()).toHaveLength(0);
    // Still within the five seconds: nothing may be sent yet.
    await page.waitForTimeout(3500);
    expect(presses()).toHaveLength(0);
    await appears(/Received at/);
    expect(presses()).toHaveLength(1);
  });
  test('can cancel the countdown', async () => {
    await hold(page, 80);
    await page.getByRole('button', { name: 'Cancel, no fire' }).click();
    // Longer than the countdown: nothing must come of it.
    await page.waitForTimeout(5500);
    expect(presses()).toHaveLength(0);
  });
});

describe('the keyboard', () => {
  test('reaches FIRE, counts down, and a second Enter sends at once', async () => {
    for (let i = 0; i < 5 && !(await button().evaluate((it) => it === document.activeElement)); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Enter');
    await appears(/Received at/);
    expect(presses()).toHaveLength(1);
  });
  test('cancels with Escape', async () => {
    await button().focus();
    await page.keyboard.press('Space');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    // Longer than the countdown: nothing must come of it.
    await page.waitForTimeout(5500);
    expect(presses()).toHaveLength(0);
  });
});

describe('a node that does not answer', () => {
  test('is called NOT SENT after three seconds, with 114 as a link, and tried until it answers; it counts once', async () => {
    standin.world.presses = 'silent';
    await hold(page);
    await says('Sending…');
    // Half the patience: too early to call it not sent.
    await page.waitForTimeout(1500);
    expect(await page.getByRole('heading', { name: /NOT SENT/ }).count()).toBe(0);
    await says('NOT SENT. CALL 114 NOW');
    expect(await page.locator('a.call').getAttribute('href')).toBe('tel:114');
    standin.world.presses = 'answered';
    await page.getByText(/Received at/).first().waitFor({ timeout: 15_000 });
    expect(new Set(presses().map((one) => one.key)).size).toBe(1);
    expect(presses().length).toBeGreaterThan(1);
  });
  test('is said at once when the connection is refused', async () => {
    standin.world.down = true;
    standin.cut();
    await hold(page);
    await page.getByRole('heading', { name: /NOT SENT/ }).waitFor({ timeout: 1500 });
  });
});

describe('no network', () => {
  async function offlineApp() {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(async () => (await caches.keys()).some((name) => name.startsWith('liengia-')));
    await page.reload();
    await button().waitFor();
    standin.world.down = true;
    standin.cut();
  }
  test('the app opens all the same, in the chosen language', async () => {
    await offlineApp();
    await page.reload();
    await button().waitFor();
    expect(await button().innerText()).toContain('FIRE');
    await page.goto(`${standin.url}/#/team`);
    await says(/Tổ liên gia 7/);
    await appears(/As of/);
  });
  test('a press survives closing the app and is sent when the network is back', async () => {
    await offlineApp();
    await hold(page);
    await says(/NOT SENT/);
    await page.close();
    page = await context.newPage();
    await page.goto(standin.url);
    await says(/NOT SENT/);
    standin.world.down = false;
    await page.getByText(/Received at/).first().waitFor({ timeout: 15_000 });
    expect(new Set(presses().map((one) => one.key)).size).toBe(1);
  });
});

test('a press that is too old asks whether it still burns', async () => {
  standin.world.presses = 'old';
  await hold(page);
  await says('Still burning?');
  await page.getByRole('button', { name: 'No, it is over' }).click();
  await button().waitFor();
  await expect.poll(() => standin.world.heard.at(-1)).toMatchObject({ body: { yes: false } });
});

test('a press while the team rings already joins that alarm', async () => {
  const { alarm } = await import('./people.ts');
  standin.alarm(alarm({ raisedAt: Date.now() }));
  await page.getByRole('button', { name: /My home burns too/ }).click();
  await hold(page);
  await page.getByRole('heading', { name: 'Nhà bà Lan, số 12' }).waitFor({ timeout: 8000 });
  await appears(/Received at/);
  expect(presses()).toHaveLength(1);
});

test('a press whose answer got lost is known to be received when the alarm comes back by the event stream', async () => {
  standin.world.presses = 'silent';
  await hold(page);
  await says(/NOT SENT/);
  const { alarm } = await import('./people.ts');
  const body = presses()[0]!.body as { alarm: string };
  standin.alarm({ ...alarm({ origin: 0, raisedAt: Date.now() }), alarm: body.alarm, source: 'phone' });
  await appears(/Received at/);
});
