/**
 * A home and its camera: shares it question by question, sees what the duty desk would see, marks what is private, pauses it with
 * one touch, reads who looked, is asked to turn it, and ends it. With a real camera, and an officer who tries to look each time.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { ask, must } from './asks.ts';
import { startCamera, type RealCamera } from './camera.ts';
import { launch, SIZES } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, misfits, open, picture, sound, type Person } from './person.ts';

type Mask = { x: number; y: number; width: number; height: number };
type Camera = { id: string; household: string | null; recorded: boolean; paused: boolean; masking: string; masks: Mask[]; reaim_done: boolean | null; consent: { purposes: string[]; live: boolean; recorded: boolean; only_during_alarms: boolean } | null };
type Look = { unit: string; purpose: string; closed_at: string | null };
type Refused = { fields?: { code: string }[] };
type Home = { me: { person: string }; household: { id: string; position?: { lat: number; lon: number } } };

/** With which a view is closed that may not be seen any more, or whose camera is recorded no longer: whichever comes first. */
const SHUT = [4403, 4410];
const NAME = 'Ngõ sau nhà';

let browser: Browser;
let commune: Commune;
let real: RealCamera;
let officer: Person;
let household: Person;
let mine: Home;
let camera: string;
const byKeys = (lang: string) => lang === 'en';
const phones = new Map<string, Person>();

const now = () => must<Camera>(household.page, 'GET', `/api/cameras/${camera}`);
const looking = (kind = 'live') => ask<{ id: string } & Refused>(officer.page, 'POST', '/api/looks', { cameras: [camera], kind, purpose: 'accident' });
const why = async () => (await looking()).body.fields?.map((one) => one.code);

beforeAll(async () => {
  browser = await launch();
  // One after the other: what has started is stopped, even where the next one does not start.
  real = await startCamera();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
  household = await enter(browser, commune, 'household', { lang: 'vi' });
  mine = await must<Home>(household.page, 'GET', '/api/home');
  // Before there is a camera: a phone that joins later may close what it sees, and open nothing.
  for (const lang of LANGS) phones.set(lang, await join(lang));
  await putUp();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
  real?.stop();
});

async function join(lang: (typeof LANGS)[number]): Promise<Person> {
  const { code } = await must<{ code: string }>(officer.page, 'POST', '/api/invitations', { household: mine.household.id, hours: 1, person: mine.me.person });
  const phone = await open(browser, commune, `http://localhost:${commune.port}/`, 'home', { lang, keys: byKeys(lang) });
  await must(phone.page, 'POST', '/api/join', { code, device_label: 'Phone' });
  await phone.page.reload();
  return phone;
}

/** The officer puts up the one camera of this home. */
async function putUp(): Promise<void> {
  const { page } = officer;
  for (const one of (await must<{ items: Camera[] }>(page, 'GET', '/api/cameras?limit=200')).items) {
    if (one.household === mine.household.id) await must(page, 'DELETE', `/api/cameras/${one.id}`, { reason: 'Thay camera khác' });
  }
  const { items: places } = await must<{ items: { id: string; level: string }[] }>(page, 'GET', '/api/places?limit=200');
  const { position } = await must<{ position: { lat: number; lon: number } }>(page, 'GET', `/api/households/${mine.household.id}`);
  const site = await must<{ id: string }>(page, 'POST', '/api/sites', { place: places.at(-1)!.id, name: 'Nhà dân', position, purpose: 'home', words: 'Camera của gia đình', contact: 'Công an xã', paid_by: 'household', sound: false, keep_hours: 72 });
  const facts = { site: site.id, name: NAME, position, direction: 90, angle: 80, reach_m: 15 };
  camera = (await must<{ id: string }>(page, 'POST', '/api/cameras', { facts, household: mine.household.id, door: { url: real.url } })).id;
}

/** The officer watches; the answer tells later with which code the view was closed. */
async function watches(): Promise<() => Promise<number>> {
  const { status, body } = await looking();
  expect(status, 'the officer may look').toBe(201);
  const running = await officer.page.evaluate(
    (path) =>
      new Promise<boolean>((told) => {
        const socket = new WebSocket(`ws://${location.host}${path}`);
        const world = globalThis as typeof globalThis & { shut?: Promise<number> };
        world.shut = new Promise((over) => (socket.onclose = ({ code }) => over(code)));
        socket.onmessage = ({ data }) => typeof data !== 'string' && told(true);
        void world.shut.then(() => told(false));
      }),
    `/api/looks/${body.id}/cameras/${camera}/live`,
  );
  expect(running, 'the officer sees a picture').toBe(true);
  return () => officer.page.evaluate(() => (globalThis as typeof globalThis & { shut?: Promise<number> }).shut!);
}

describe.each(LANGS.map((lang) => ({ lang, keys: byKeys(lang) })))('$lang', ({ lang, keys }) => {
  let one: Person;
  beforeAll(() => {
    one = phones.get(lang)!;
  });
  beforeEach(async () => {
    // What was said stands over the buttons for a moment.
    const shut = one.page.getByRole('button', { name: one.t('close'), exact: true });
    for (let left = await shut.count(); left > 0; left -= 1) await shut.first().click();
  });
  afterEach(() => expect([...one.faults, ...officer.faults, ...household.faults]).toEqual([]));
  afterAll(() => one?.leave());

  const looks = (name: string) => sound(one, `camera-${name}-${lang}`);
  /** Also on a tablet and on a wall nothing runs out at the side. */
  async function everywhere(name: string): Promise<void> {
    await looks(name);
    for (const size of ['tablet', 'wall'] as const) {
      await one.page.setViewportSize(SIZES[size]);
      await picture(one.page, `camera-${name}-${lang}-${size}`);
      expect(await misfits(one.page), `${name}, ${size}`).toEqual([]);
    }
    await one.page.setViewportSize(SIZES.phone);
  }
  async function tick(id: string): Promise<void> {
    await one.reach(one.page.getByRole('checkbox', { name: one.t(id), exact: true }));
    await one.page.keyboard.press('Space');
  }

  test('shares nothing at first, answers one question after the other, and gives what it answered', async () => {
    await one.press('nav-me');
    await one.press('cam');
    await one.heading(NAME).waitFor();
    await one.reads('cam-is-off');
    await everywhere('off');
    expect(await why()).toEqual(['camera_no_consent']);
    await one.press('cam-share');
    await one.heading(one.t('cam-ask-purposes')).waitFor();
    expect(await one.page.locator('input:checked').count()).toBe(0);
    await one.press('cam-next');
    await one.reads('cam-purposes-one');
    await tick('cam-for-accident');
    await tick('cam-for-alarm');
    await looks('purposes');
    await one.press('cam-next');
    for (const [question, answer] of [['way', 'cam-way-both'], ['alarms', 'cam-also-otherwise'], ['hours', 'cam-hours-all'], ['until', 'cam-until-open']] as const) {
      await one.heading(one.t(`cam-ask-${question}`)).waitFor();
      await looks(question);
      await one.press(answer);
    }
    await one.heading(one.t('cam-ask-check')).waitFor();
    await everywhere('check');
    expect((await now()).consent, 'nothing is given before the last touch').toBeNull();
    await one.press('cam-give');
    await one.reads('cam-is-shared');
    await one.reads('cam-says', { way: 'both', when: 'always' });
    await everywhere('shared');
    expect((await now()).consent).toMatchObject({ purposes: ['alarm', 'accident'], live: true, recorded: true, only_during_alarms: false });
    await expect.poll(async () => (await now()).recorded).toBe(true);
  });

  test('pauses with one touch: who looks is cut off at once and nothing is recorded; and goes on with one more', async () => {
    const shut = await watches();
    await one.press('cam-pause');
    await one.reads('cam-is-paused');
    await one.reads('cam-nobody');
    expect(SHUT).toContain(await shut());
    expect(await now()).toMatchObject({ paused: true, recorded: false });
    expect(await why()).toEqual(['camera_paused']);
    await looks('paused');
    await one.press('cam-resume');
    await one.reads('cam-is-shared');
    expect((await looking()).status).toBe(201);
  });

  test('sees its own picture and marks what is private: then nobody else sees it, until the home says that it is fine', async () => {
    const { page, t } = one;
    await one.press('cam-picture');
    const running = () => page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.currentTime > 0 && video.videoWidth > 0));
    await expect.poll(running, { message: 'the picture runs' }).toEqual([true]);
    await everywhere('picture');
    const shut = await watches();
    if (keys) {
      await one.press('cam-mask-add');
      await one.reach(page.getByRole('button', { name: t('cam-mask-n', { n: 1 }), exact: true }));
      for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', 'Shift+ArrowRight']) await page.keyboard.press(key);
    } else {
      const box = (await page.locator('.camera-draws').boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.6, { steps: 4 });
      await page.mouse.up();
    }
    await one.reads('cam-mask-withheld');
    await everywhere('mask');
    await one.press('cam-mask-save');
    await one.reads('cam-held-now');
    expect(SHUT).toContain(await shut());
    const { masks, masking } = await now();
    const drawn = keys ? { x: 310, y: 330, width: 320, height: 300 } : { x: 100, y: 100, width: 400, height: 500 };
    expect(masking).toBe('withheld');
    for (const [side, length] of Object.entries(drawn)) expect(Math.abs(masks[0]![side as keyof Mask] - length), side).toBeLessThan(keys ? 1 : 12);
    expect(await why()).toEqual(['camera_not_masked']);
    await looks('held');
    await one.press('cam-fine');
    await one.press('cam-fine-yes');
    await one.reads('cam-fine-said');
    expect((await looking()).status).toBe(201);
  });

  test('reads who looked, why and when; its own looks stand apart', async () => {
    const { page, t } = one;
    await one.press('back');
    await one.press('cam-looks');
    const { items } = await must<{ items: Look[] }>(page, 'GET', `/api/cameras/${camera}/looks`);
    const other = items.find(({ purpose }) => purpose === 'accident')!;
    expect(other.unit).not.toBe('');
    await one.reads('cam-look-by', { unit: other.unit, why: t('cam-why-accident') });
    const listed = (id: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: t(id) }) }).locator('.row').count();
    expect(await listed('cam-looks-others')).toBe(items.filter(({ purpose }) => purpose !== 'owner').length);
    expect(await listed('cam-looks-own')).toBe(items.filter(({ purpose }) => purpose === 'owner').length);
    await everywhere('looks');
    await one.press('back');
  });

  test('is asked to turn the camera, and says no as easily as yes', async () => {
    await must(officer.page, 'POST', `/api/cameras/${camera}/reaim`, { reason: 'Camera nhìn vào sân nhà bên' });
    await one.page.reload();
    await one.reads('cam-asked');
    await one.reads('cam-asked-why', { reason: 'Camera nhìn vào sân nhà bên' });
    await looks('asked');
    await one.press('cam-not-turned');
    await one.gone('cam-asked');
    expect((await now()).reaim_done).toBe(false);
    await must(officer.page, 'POST', `/api/cameras/${camera}/reaim`, { reason: 'Camera nhìn vào sân nhà bên' });
    await one.page.reload();
    await one.press('cam-turned');
    await one.gone('cam-asked');
    expect((await now()).reaim_done).toBe(true);
  });

  test('ends all sharing, and who looks is cut off at once', async () => {
    const shut = await watches();
    await one.press('cam-end');
    await one.reads('cam-end-what');
    await looks('end');
    await one.press('cam-end-yes');
    await one.reads('cam-is-off');
    expect(SHUT).toContain(await shut());
    expect(await now()).toMatchObject({ consent: null, recorded: false });
    // The next language begins with a camera on which nothing is marked.
    await must(one.page, 'PUT', `/api/cameras/${camera}/masks`, { masks: [], fine: false });
  });
});

test('a home that has no camera reads nothing of cameras', async () => {
  await must(officer.page, 'DELETE', `/api/cameras/${camera}`, { reason: 'Gia đình tháo camera' });
  const asked = household.page.waitForResponse('**/api/cameras?*');
  await household.press('nav-me');
  await asked;
  expect(await household.page.getByRole('link', { name: household.t('cam') }).count()).toBe(0);
  await household.page.goto(new URL('/#/me/camera', household.page.url()).href);
  await household.reads('cam-none');
  await sound(household, 'camera-none');
});
