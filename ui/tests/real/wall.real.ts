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
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.reach(one.page.locator('form.ask button[type=submit]'));
    await one.page.keyboard.press('Enter');
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
