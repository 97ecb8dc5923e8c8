/**
 * The wall: one picture alone over WebRTC, several over WebSockets, in three languages; nothing is seen before one has said why. And a
 * camera that is found in the network tells its addresses.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { launch, SIZES } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, misfits, open, picture, sound, type Person } from './person.ts';

let browser: Browser;
let commune: Commune;
let officer: Person;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true, cameras: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en', keys: true });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

describe.each(LANGS.map((lang) => ({ lang })))('$lang', ({ lang }) => {
  let one: Person;
  beforeAll(async () => {
    const { cookies } = await officer.context.storageState();
    one = await open(browser, commune, officer.page.url(), 'desk', { lang, keys: true, size: 'wall' }, { cookies, origins: [] });
  });
  afterEach(() => expect(one.faults).toEqual([]));
  afterAll(() => one?.leave());

  /** How each picture comes that is shown. */
  const ways = () => one.page.evaluate(() => [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0 && video.currentTime > 0).map((video) => (video.srcObject ? 'webrtc' : 'websocket')));
  const show = (n: number, key: number) => one.press('eyes-tiles', { n, key });
  async function begin(): Promise<void> {
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.reach(one.page.locator('form.ask button[type=submit]'));
    await one.page.keyboard.press('Enter');
  }
  /** Another tab stands before this one, or does no more: no headless browser does that by itself. */
  const hidden = (is: boolean) =>
    one.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, is ? 'hidden' : 'visible');
  async function looks(name: string): Promise<void> {
    await sound(one, `wall-${name}-${lang}`);
    for (const size of ['phone', 'tablet'] as const) {
      await one.page.setViewportSize(SIZES[size]);
      await picture(one.page, `wall-${name}-${lang}-${size}`);
      expect(await misfits(one.page), `${name}, ${size}`).toEqual([]);
    }
    await one.page.setViewportSize(SIZES.wall);
  }

  test('nothing is seen before one has said why', async () => {
    await one.press('nav-wall');
    await one.page.locator('form.ask').waitFor();
    expect(await one.page.locator('video').count()).toBe(0);
    await looks('why');
    await begin();
    await expect.poll(ways, { timeout: 20_000 }).toEqual(Array.from({ length: 4 }, () => 'websocket'));
    await looks('four');
  });

  test('one picture alone comes over WebRTC, many over WebSockets, and none when one stops', async () => {
    await show(1, 1);
    await expect.poll(ways, { timeout: 20_000 }).toEqual(['webrtc']);
    await looks('one');
    await show(9, 3);
    await expect.poll(ways, { timeout: 20_000 }).toEqual(Array.from({ length: 9 }, () => 'websocket'));
    await one.press('eyes-stop');
    await one.page.locator('form.ask').waitFor();
    expect(await one.page.locator('video').count()).toBe(0);
  });

  test('one is shown large beside pictures of the others, and elsewhere by a link that ends with the look', async () => {
    const { page } = one;
    await begin();
    await show(4, 2);
    await expect.poll(ways, { timeout: 20_000 }).toHaveLength(4);
    // In a tab that nobody sees nothing is fetched.
    await hidden(true);
    await expect.poll(ways).toEqual([]);
    await hidden(false);
    await expect.poll(ways, { timeout: 20_000 }).toHaveLength(4);
    const names = await page.locator('[data-tile]').allTextContents();
    await one.reach(page.locator('[data-tile]').first());
    await page.keyboard.press('Enter');
    await one.reads('eyes-rewind');
    const others = page.locator('[data-idle]');
    expect(await others.count()).toBe(3);
    await expect.poll(() => others.locator('video').count(), { timeout: 20_000, message: 'a picture of each' }).toBe(3);
    await one.reach(page.getByText(one.t('player-link'), { exact: true }));
    await page.keyboard.press('Enter');
    await one.press('player-link-make');
    const url = (await page.locator('[data-link]').textContent())!.trim();
    expect(url).toMatch(/\/api\/links\/[0-9a-f]{32}\/index\.m3u8$/);
    const status = () => fetch(`http://localhost:${commune.port}${new URL(url).pathname}`).then((answer) => answer.status);
    expect(await status(), 'whoever has the link sees the picture').toBe(200);
    await looks('large');
    // The next one, by keyboard.
    await one.reach(others.first());
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.big [data-tile]').textContent()).toBe(names[1]);
    await one.press('eyes-back');
    await one.press('eyes-stop');
    await expect.poll(status, { message: 'the link ends with the look' }).toBe(404);
  });

  test('what a picture shows is noted with two keys, and found again with who was told and how it ended', async () => {
    const { page } = one;
    await begin();
    await one.reach(page.locator('[data-tile]').first());
    const camera = (await page.locator('[data-tile]').first().textContent())!;
    await page.keyboard.press('n');
    await page.getByRole('group', { name: one.t('sighting-what', { camera }) }).waitFor();
    await looks('note');
    await page.keyboard.press(one.t('sighting-key-flooding'));
    await page.getByRole('group', { name: one.t('sighting-what', { camera }) }).waitFor({ state: 'detached' });
    await one.press('eyes-stop');
    await one.press('nav-sightings');
    await one.press('sighting-end-for', { kind: one.t('sighting-flooding'), camera });
    await one.fill('sighting-told', 'Đội thoát nước');
    await one.press('save');
    await one.reads('required');
    await one.fill('sighting-outcome', '20 giờ hết ngập');
    await looks('ends');
    await one.press('save');
    await one.reads('sighting-told-is', { told: 'Đội thoát nước' });
    await looks('noted');
    // From the note to the picture of that moment: its camera and its hour are chosen; why one looks is not.
    await one.reach(page.locator('a[href^="#/playback/"]').first());
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: camera, exact: true, checked: true }).waitFor();
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.press('back-open');
    await page.getByRole('group', { name: one.t('back-moments') }).getByRole('button', { name: new RegExp(one.t('sighting-flooding')) }).first().waitFor();
    await looks('moments');
  });

  test('a camera is found in the network, and tells its addresses to whoever knows its password', async () => {
    await one.press('nav-cameras');
    await one.press('camera-add');
    await one.press('seek');
    // Cameras of other communes on this machine answer too.
    const found = one.page.locator(`input[name=found][value*="//${commune.onvif()}/"]`).first();
    await found.waitFor({ timeout: 20_000 });
    // Tab gets to the first of them, and arrows from there to the others.
    await one.reach(one.page.locator('input[name=found]').first());
    await one.page.keyboard.press('Space');
    for (let n = await one.page.locator('input[name=found]').count(); n > 0 && !(await found.isChecked()); n--) await one.page.keyboard.press('ArrowDown');
    await one.fill('door-user', 'camera');
    await one.fill('door-password', 'wrong');
    await one.press('seek-ask');
    await one.reads('field-onvif-not-authorized');
    await one.fill('door-password', 'demo');
    await one.press('seek-ask');
    await one.reads('seek-filled');
    expect(await one.page.getByLabel(one.t('door-url'), { exact: true }).inputValue()).toMatch(/^rtsp:\/\/.+\/cam\d+$/);
    await looks('found');
  });
});
