/**
 * What is done to cameras by hand: a site and a camera found in the network are put up, the camera is turned, told how to make its
 * pictures, and a covered copy of what it recorded is handed out and checked by somebody who has no account here. In three languages.
 */
import AxeBuilder from '@axe-core/playwright';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Turn } from '../../desk/eyes/turning.ts';
import { LANGS } from '../../shared/i18n/lang.ts';
import { ask, must } from './asks.ts';
import { launch, SIZES } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, misfits, open, picture, sound, type Person } from './person.ts';

type Trial = { codec: string; width: number; height: number; pictures_per_s: number; kilobits_per_s: number; advice: string[] };
type Export = { id: string; approved: boolean | null; fetched_at: string | null; copy: { masks: unknown[]; only_copy: boolean } | null };
type Position = { pan: number; tilt: number; zoom: number };
type Copied = { name: string; masks: Box[]; stamped: boolean; original: { fragments_sha256: string } };
type Box = { x: number; y: number; width: number; height: number };

const BINARY = process.env.LIENGIA_BIN ?? resolve(import.meta.dirname, '../../../target/debug/liengia');
/** The simulated cameras that are put up once more: from this one on, one in each language. */
const FIRST = 5;
/** Which way each button turns. */
const WAYS: readonly (readonly [Turn, keyof Position, 1 | -1, string])[] = [
  ['left', 'pan', -1, 'ArrowLeft'],
  ['up', 'tilt', 1, 'ArrowUp'],
  ['down', 'tilt', -1, 'ArrowDown'],
  ['right', 'pan', 1, 'ArrowRight'],
  ['closer', 'zoom', 1, '+'],
  ['wider', 'zoom', -1, '-'],
];
/** Where the simulated cameras look by themselves, and to the first direction that they keep. */
const HOME: Position = { pan: 0, tilt: 0, zoom: 0 };
const GATE: Position = { pan: 0.5, tilt: -0.25, zoom: 0.1 };
/** What is handed out in each language: covered or only shortened, with what was recorded or without it. */
const COPIES = { vi: { how: 'only-copy', covers: 'mouse' }, en: { how: 'both', covers: 'keys' }, id: { how: 'only-copy', covers: null } } as const;

let browser: Browser;
let commune: Commune;
const people: Record<string, Person> = {};

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true, cameras: true });
  for (const role of ['officer', 'relief', 'auditor'] as const) people[role] = await enter(browser, commune, role, { lang: 'en', keys: true });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

/** What a simulated camera says when it is asked itself, as whoever has its password may. */
async function camera(number: number, service: string, question: string): Promise<string> {
  const [nonce, created] = [randomBytes(16), new Date().toISOString()];
  const proof = createHash('sha1').update(nonce).update(created).update('demo').digest('base64');
  const token = `<UsernameToken><Username>camera</Username><Password Type="#PasswordDigest">${proof}</Password><Nonce>${nonce.toString('base64')}</Nonce><Created>${created}</Created></UsernameToken>`;
  const body = `<Envelope><Header>${token}</Header><Body>${question}</Body></Envelope>`;
  return (await fetch(`http://${commune.onvif()}/onvif/cam${number}/${service}_service`, { method: 'POST', body })).text();
}

/** Where it looks, and whether it is turning. */
async function looksTo(number: number): Promise<Position & { moves: boolean }> {
  const said = await camera(number, 'ptz', '<GetStatus><ProfileToken>main</ProfileToken></GetStatus>');
  const found = said.match(/PanTilt x="([-\d.e]+)" y="([-\d.e]+)".*Zoom x="([-\d.e]+)"/s);
  if (!found) throw new Error(said);
  return { pan: Number(found[1]), tilt: Number(found[2]), zoom: Number(found[3]), moves: said.includes('MOVING') };
}

/** How bright these parts of a film are on average, from 0 to 255, in a browser that knows nothing but the film. */
function brightness(page: Page, film: Buffer, boxes: readonly Box[]): Promise<number[]> {
  return page.evaluate(
    async ({ film, boxes }) => {
      const video = Object.assign(document.createElement('video'), { muted: true });
      document.body.append(video);
      video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(film), (one) => one.charCodeAt(0))], { type: 'video/mp4' }));
      await new Promise((seen, failed) => Object.assign(video, { onloadeddata: seen, onerror: failed }));
      await new Promise((seen) => Object.assign(video, { onseeked: seen, currentTime: 1 }));
      const canvas = Object.assign(document.createElement('canvas'), { width: video.videoWidth, height: video.videoHeight });
      const drawn = canvas.getContext('2d')!;
      drawn.drawImage(video, 0, 0);
      return boxes.map(({ x, y, width, height }) => {
        const [across, down] = [video.videoWidth / 1000, video.videoHeight / 1000];
        const { data } = drawn.getImageData(x * across, y * down, width * across, height * down);
        return data.reduce((sum, one, at) => (at % 4 === 3 ? sum : sum + one), 0) / (data.length * 0.75);
      });
    },
    { film: film.toString('base64'), boxes: [...boxes] },
  );
}

describe.each(LANGS.map((lang, nth) => ({ lang, number: FIRST + nth })))('$lang', ({ lang, number }) => {
  const at = {} as Record<'officer' | 'relief' | 'auditor', Person>;
  const site = `Bến đò ${lang}`;
  const name = `Bến đò ${lang}, hướng sông`;
  let one: Person;
  let id: string;
  beforeAll(async () => {
    for (const [role, { context, page }] of Object.entries(people)) {
      const { cookies } = await context.storageState();
      at[role as keyof typeof at] = await open(browser, commune, page.url(), 'desk', { lang, keys: true, size: 'wall' }, { cookies, origins: [] });
    }
    one = at.officer;
  });
  afterEach(() => expect(Object.values(at).flatMap((who) => who.faults)).toEqual([]));
  afterAll(async () => {
    for (const who of Object.values(at)) await who.leave();
  });
  async function looks(who: Person, shown: string, sizes: readonly (keyof typeof SIZES)[] = ['phone', 'tablet']): Promise<void> {
    await sound(who, `hands-${shown}-${lang}`);
    for (const size of sizes) {
      await who.page.setViewportSize(SIZES[size]);
      await picture(who.page, `hands-${shown}-${lang}-${size}`);
      expect(await misfits(who.page), `${shown}, ${size}`).toEqual([]);
    }
    await who.page.setViewportSize(SIZES.wall);
  }
  const field = (label: string) => one.page.getByLabel(one.t(label), { exact: true });
  /** A finger on the map: both fields beneath it say where. */
  async function touchMap(): Promise<void> {
    await one.page.getByRole('img', { name: one.t('spot-map') }).click({ position: { x: 150, y: 120 } });
    for (const label of ['spot-lat', 'spot-lon']) expect(await field(label).inputValue()).toMatch(/^\d+\.\d{6}$/);
  }
  const row = (text: string) => one.page.getByRole('row').filter({ hasText: text }).first();

  test('a site is added with its purpose and whom to ask, and its sign can be printed', async () => {
    await one.press('nav-cameras');
    await one.press('site-add');
    await one.press('save');
    await one.reads('spot-required');
    await one.fill('site-name', site);
    const places = await field('col-place').locator('option').allInnerTexts();
    await one.choose('col-place', places.at(-1)!);
    await touchMap();
    await one.choose('site-purpose', one.t('site-purpose-flood'));
    await one.fill('site-words', 'Xem mực nước ở bến.');
    await one.fill('site-contact', 'Công an xã, 0200 000 000');
    await one.choose('site-payer', one.t('site-payer-budget'));
    await one.fill('site-keep', '48');
    await looks(one, 'site');
    await one.press('save');
    await one.reads('site-added');
    await row(site).getByText(one.t('site-purpose-flood')).waitFor();
    await row(site).getByText(one.t('site-keeps-hours', { n: 48 })).waitFor();
    const opened = one.context.waitForEvent('page');
    await one.reach(row(site).getByRole('link', { name: one.t('site-sign') }));
    await one.page.keyboard.press('Enter');
    const sign = await opened;
    await sign.getByRole('heading', { name: one.t('public-sign-title') }).waitFor();
    expect(await sign.locator('main').innerText()).toContain('Công an xã, 0200 000 000');
    await looks({ ...one, page: sign }, 'sign');
    await sign.close();
  });

  test('a camera on it is found, tried, and recorded within 20 seconds of being saved', async () => {
    await one.press('camera-add');
    await one.press('seek');
    const found = one.page.locator(`input[name=found][value*="//${commune.onvif()}/onvif/cam${number}/"]`);
    await found.waitFor();
    // Tab gets to the first of them, and arrows from there to the others.
    await one.reach(one.page.locator('input[name=found]').first());
    await one.page.keyboard.press('Space');
    for (let n = await one.page.locator('input[name=found]').count(); n > 0 && !(await found.isChecked()); n--) await one.page.keyboard.press('ArrowDown');
    expect(await found.isChecked()).toBe(true);
    await one.fill('door-user', 'camera');
    await one.fill('door-password', 'demo');
    await one.press('seek-ask');
    await one.reads('seek-filled');
    await one.choose('eyes-site', site);
    await one.fill('camera-name', name);
    await touchMap();
    await one.choose('camera-direction', one.t('direction-135'));
    await one.fill('camera-angle', '70');
    await one.fill('camera-reach', '25');
    await one.press('camera-add-yes');
    await one.reads('trial-first');
    const answered = one.page.waitForResponse('**/api/camera-trials');
    await one.press('trial');
    const seen: Trial = await (await answered).json();
    expect(seen.codec).toMatch(/^avc1\./);
    await one.reads('trial-says', { width: seen.width, height: seen.height, rate: Math.round(seen.pictures_per_s), kbit: seen.kilobits_per_s });
    for (const advice of seen.advice) await one.reads(`camera-advice-${advice.replaceAll('_', '-')}`);
    if (seen.advice.length === 0) await one.reads('trial-nothing');
    await looks(one, 'tried');
    await one.press('camera-add-yes');
    const saved = Date.now();
    await one.reads('camera-added');
    await one.heading(name).waitFor();
    id = one.page.url().split('/').at(-1)!;
    await one.reads('camera-looks-what', { direction: one.t('direction-135'), angle: 70, reach: 25 });
    await one.press('nav-cameras');
    await row(name).getByText(one.t('camera-state-recording'), { exact: true }).waitFor({ timeout: saved + 20_000 - Date.now() });
    await looks(one, 'list');
  });

  test('it is turned by mouse and by keys, stops when it is let go, and looks where it is sent', { timeout: 120_000 }, async () => {
    await one.press('nav-wall');
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.reach(one.page.locator('form.ask button[type=submit]'));
    await one.page.keyboard.press('Enter');
    await one.reach(one.page.locator('[data-tile]').filter({ hasText: name }));
    await one.page.keyboard.press('Enter');
    await one.page.getByRole('group', { name: one.t('turn') }).waitFor();
    const told: number[] = [];
    one.page.on('response', (answer) => answer.url().endsWith('/move') && told.push(answer.status()));
    const stopped = () =>
      one.page.waitForResponse((answer) => {
        if (!answer.url().endsWith('/move')) return false;
        const { pan, tilt, zoom } = answer.request().postDataJSON() as Partial<Position>;
        return pan === 0 && tilt === 0 && zoom === 0;
      });
    // What is turned one way is turned back by the same hand, so that no end of the way is met.
    for (const hand of ['mouse', 'keys'] as const) {
      for (const [turn, axis, sign, key] of WAYS) {
        const button = one.page.locator(`[data-turn=${turn}]`);
        const [press, release] = {
          mouse: [() => button.hover().then(() => one.page.mouse.down()), () => one.page.mouse.up()],
          keys: [() => one.reach(button).then(() => one.page.keyboard.down(key)), () => one.page.keyboard.up(key)],
        }[hand];
        const from = (await looksTo(number))[axis];
        await press!();
        await expect.poll(async () => ((await looksTo(number))[axis] - from) * sign, { message: `${turn} by ${hand}` }).toBeGreaterThan(0.02);
        const still = stopped();
        await release!();
        await still;
        expect((await looksTo(number)).moves, `${turn}, let go by ${hand}`).toBe(false);
      }
    }
    await looks(one, 'turned');
    for (let n = 0; n < 2; n++) {
      await one.press('turn-home');
      await expect.poll(() => looksTo(number)).toEqual({ ...HOME, moves: false });
      await one.choose('turn-to', one.t('turn-preset', { name: 'Cổng' }));
      await expect.poll(() => looksTo(number)).toEqual({ ...GATE, moves: false });
      // The same can be chosen again.
      await expect.poll(() => field('turn-to').inputValue()).toBe('');
    }
    expect(told.filter((status) => status !== 204)).toEqual([]);
    await one.press('eyes-stop');
    await at.auditor.page.goto(new URL(`#/cameras/${id}`, at.auditor.page.url()).href);
    await at.auditor.reads('looked-moved');
    await looks(at.auditor, 'read');
  });

  test('it is told how to make its pictures, and says so when it is asked again', async () => {
    await one.press('nav-cameras');
    await one.reach(row(name).getByRole('link', { name }));
    await one.page.keyboard.press('Enter');
    await one.press('imaging-ask');
    const brightness = one.page.getByRole('slider', { name: one.t('imaging-brightness') });
    await brightness.waitFor();
    expect(await brightness.inputValue()).toBe('50');
    await one.reach(brightness);
    for (let n = 0; n < 5; n++) await one.page.keyboard.press('ArrowRight');
    await one.choose('imaging-ir-cut', one.t('imaging-ir-off'));
    await one.reach(field('imaging-wide'));
    await one.page.keyboard.press('Space');
    await one.press('imaging-set');
    await one.reads('imaging-done');
    await looks(one, 'imaging');
    expect(await camera(number, 'imaging', '<GetImagingSettings><VideoSourceToken>source</VideoSourceToken></GetImagingSettings>')).toMatch(/Brightness>55<.*Contrast>50<.*IrCutFilter>OFF<.*Mode>ON</s);
    await one.page.reload();
    await one.press('imaging-ask');
    await brightness.waitFor();
    expect(await brightness.inputValue()).toBe('55');
    expect(await field('imaging-ir-cut').inputValue()).toBe('off');
    expect(await field('imaging-wide').isChecked()).toBe(true);
  });

  test('a copy of what it recorded is asked for, with what must not be seen covered', async () => {
    const { how, covers } = COPIES[lang];
    await one.press('eyes-rewind');
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.press('back-open');
    await one.page.locator('.clock').waitFor();
    await one.press('back-from');
    await one.page.keyboard.press('ArrowRight');
    await one.page.keyboard.press('ArrowRight');
    await one.press('back-to');
    await one.press('hand-out-for');
    await one.choose('eyes-for', one.t('look-purpose-accident'));
    await one.fill('reason', 'Va chạm xe máy');
    await one.reach(one.page.locator('dialog[open] summary'));
    await one.page.keyboard.press('Enter');
    await one.choose('hand-out-how', one.t(`hand-out-${how}`));
    const still = one.page.locator('dialog[open] video');
    await expect.poll(() => still.evaluate((video: HTMLVideoElement) => video.readyState >= 2 && video.videoWidth > 0)).toBe(true);
    if (covers === 'mouse') {
      const draws = one.page.locator('.camera-draws');
      await draws.scrollIntoViewIfNeeded();
      const box = (await draws.boundingBox())!;
      await one.page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.2);
      await one.page.mouse.down();
      await one.page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.6, { steps: 4 });
      await one.page.mouse.up();
    } else if (covers === 'keys') {
      await one.press('cam-mask-add');
      await one.reach(one.page.getByRole('button', { name: one.t('cam-mask-n', { n: 1 }), exact: true }));
      for (const key of ['ArrowLeft', 'ArrowUp', 'Shift+ArrowRight']) await one.page.keyboard.press(key);
    }
    await looks(one, 'cover');
    await one.press('hand-out-yes');
    await one.reads('hand-out-done');
    const { items } = await must<{ items: Export[] }>(one.page, 'GET', '/api/exports');
    expect(items[0]).toMatchObject({ approved: null, copy: { only_copy: how === 'only-copy' } });
    expect(items[0]!.copy!.masks).toHaveLength(covers ? 1 : 0);
  });

  test('another officer agrees, and it is fetched once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liengia-copy-'));
    try {
      const { how, covers } = COPIES[lang];
      const other = at.relief;
      await other.press('nav-evidence');
      await other.press('evidence-approve-for', { cameras: name });
      await other.reads('evidence-approve-copy-what');
      await other.reads(how === 'both' ? 'evidence-with-copy' : 'evidence-only-copy', { n: covers ? 1 : 0 });
      await looks(other, 'agree');
      await other.press('evidence-approve');
      await other.reads('evidence-approved');
      await one.press('nav-evidence');
      await one.page.getByText(one.t('evidence-is-made'), { exact: true }).waitFor({ timeout: 45_000 });
      await looks(one, 'made');
      await one.press('evidence-fetch-for', { cameras: name });
      const download = one.page.waitForEvent('download');
      await one.press('evidence-fetch-yes');
      const file = join(folder, 'copy.zip');
      await (await download).saveAs(file);
      await one.reads('evidence-fetch-done');
      const { items } = await must<{ items: Export[] }>(one.page, 'GET', '/api/exports');
      const path = `/api/exports/${items.find((it) => it.fetched_at)!.id}/link`;
      expect((await ask(one.page, 'POST', path, {})).status).toBe(410);
      await checked(folder, file, path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  /** Whoever was given the file, and has no account here: the program and the page in it say what it is. */
  async function checked(folder: string, file: string, path: string): Promise<void> {
    const { how, covers } = COPIES[lang];
    execFileSync('unzip', ['-q', file, '-d', folder]);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((it) => it.endsWith('.mp4')).length, `${files}`).toBe(how === 'both' ? 2 : 1);
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toMatch(/^\*\*\* BẢN SAO \/ COPY \/ SALINAN \*\*\*/);
    const { copies } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { copies: Copied[] };
    expect(copies).toMatchObject([{ masks: covers ? [{}] : [], stamped: true, original: { fragments_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
    const told = execFileSync(BINARY, ['verify', file], { encoding: 'utf8' });
    expect(told).toContain('a COPY, made by');
    expect(told).toContain(how === 'both' ? 'all but the copies as it was recorded' : 'Only copies are in it: no picture is as it was recorded.');
    const context = await browser.newContext({ locale: lang, viewport: SIZES.wall });
    const page = await context.newPage();
    await page.goto(`http://localhost:${commune.port}/cameras`);
    expect((await ask(page, 'POST', path, {})).status).toBe(401);
    await page.goto(`file://${join(folder, 'verify.html')}`);
    await page.locator('#file').setInputFiles(file);
    await page.locator('.verdict.good').waitFor();
    await page.locator('p.warn').filter({ hasText: /BẢN SAO|COPIES|SALINAN/ }).waitFor();
    await picture(page, `hands-checked-${lang}`);
    expect((await new AxeBuilder({ page }).analyze()).violations.map((it) => it.id)).toEqual([]);
    expect((await misfits(page)).filter((it) => !it.startsWith('small'))).toEqual([]);
    const film = readFileSync(join(folder, copies[0]!.name));
    await page.goto('about:blank');
    const [open, covered = 0] = await brightness(page, film, [{ x: 700, y: 300, width: 250, height: 250 }, ...copies[0]!.masks]);
    await picture(page, `hands-film-${lang}`);
    expect(open).toBeGreaterThan(40);
    expect(covered).toBeLessThan(8);
    await context.close();
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(file, bytes);
    expect(() => execFileSync(BINARY, ['verify', file], { encoding: 'utf8', stdio: 'pipe' })).toThrow();
  }
});

test('a minute after they were last turned the cameras are home by themselves', { timeout: 90_000 }, async () => {
  const all = () => Promise.all(LANGS.map((_, nth) => looksTo(FIRST + nth)));
  await expect.poll(all, { timeout: 75_000 }).toEqual(LANGS.map(() => ({ ...HOME, moves: false })));
});
