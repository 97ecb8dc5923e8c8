/**
 * Two minutes of yesterday's 18:05: an officer finds them, looks at them, and asks for them to be handed out; another person agrees; they
 * are fetched once, and whoever gets them can check them without this node. By keyboard, in three languages.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { ask, must } from './asks.ts';
import { launch, SIZES } from './chromium.ts';
import { noonOffset, startCommune, type Commune } from './commune.ts';
import { enter, misfits, open, picture, sound, type Person } from './person.ts';

type Camera = { id: string; name: string; site_name: string; household: string | null };
type Export = { id: string; made_at: string | null; approved: boolean | null; fetched_at: string | null };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BINARY = process.env.LIENGIA_BIN ?? resolve(import.meta.dirname, '../../../target/debug/liengia');

let browser: Browser;
let commune: Commune;
let officer: Person;
let second: Person;
let camera: Camera;

/** By the clocks there. */
const OFFSET = noonOffset() * 60 * MINUTE;
const day = new Date(Date.now() + OFFSET - DAY).toISOString().slice(0, 10);
const FIVE_PAST_SIX = Date.parse(`${day}T18:05:00Z`) - OFFSET;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true, cameras: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en', keys: true });
  second = await enter(browser, commune, 'admin', { lang: 'en', keys: true });
  camera = await filmed();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

/** A public camera of which there is footage of that time. */
async function filmed(): Promise<Camera> {
  const { page } = officer;
  const { items } = await must<{ items: Camera[] }>(page, 'GET', '/api/cameras?limit=200');
  const open = items.filter((one) => !one.household);
  const span = { from: new Date(Date.now() - 2 * DAY).toISOString(), to: new Date().toISOString() };
  const look = await must<{ id: string }>(page, 'POST', '/api/looks', { cameras: open.map((one) => one.id), kind: 'playback', purpose: 'accident', span });
  for (const one of open) {
    const query = new URLSearchParams(span).toString();
    const { spans } = await must<{ spans: { from: string; to: string }[] }>(page, 'GET', `/api/looks/${look.id}/cameras/${one.id}/timeline?${query}`);
    if (spans.some(({ from, to }) => Date.parse(from) <= FIVE_PAST_SIX && Date.parse(to) > FIVE_PAST_SIX + 2 * MINUTE)) {
      await must(page, 'POST', `/api/looks/${look.id}/end`, {});
      return one;
    }
  }
  throw new Error('no camera has footage of yesterday');
}

describe.each(LANGS.map((lang) => ({ lang })))('$lang', ({ lang }) => {
  let one: Person;
  let other: Person;
  beforeAll(async () => {
    // The same people at another machine, which speaks the language that it is set to.
    const at = async ({ context, page }: Person) => {
      const { cookies } = await context.storageState();
      return open(browser, commune, page.url(), 'desk', { lang, keys: true, size: 'wall' }, { cookies, origins: [] });
    };
    [one, other] = [await at(officer), await at(second)];
  });
  afterEach(() => expect([...one.faults, ...other.faults]).toEqual([]));
  afterAll(async () => {
    await one?.leave();
    await other?.leave();
  });
  const looks = async (who: Person, name: string) => {
    await sound(who, `footage-${name}-${lang}`);
    for (const size of ['phone', 'tablet'] as const) {
      await who.page.setViewportSize(SIZES[size]);
      await picture(who.page, `footage-${name}-${lang}-${size}`);
      expect(await misfits(who.page), `${name}, ${size}`).toEqual([]);
    }
    await who.page.setViewportSize(SIZES.wall);
  };
  /** Some languages write points in times. */
  const stamp = (minute: string) => one.page.locator('.clock').filter({ hasText: new RegExp(`18[:.]${minute}[:.]00`) });

  test('finds yesterday, 18:05, and sees what the camera saw', async () => {
    await one.press('nav-playback');
    await one.choose('eyes-site', camera.site_name);
    const check = one.page.getByRole('checkbox', { name: camera.name, exact: true });
    await one.reach(check);
    await one.page.keyboard.press('Space');
    await one.choose('eyes-why', one.t('look-purpose-accident'));
    await one.fill('back-time', '18:05');
    // What has not been yet cannot be looked back at.
    await one.press('back-open');
    await one.reads('back-no-time');
    // Each browser takes the parts of a date in an order of its own.
    await one.page.getByLabel(one.t('back-day'), { exact: true }).fill(day);
    await looks(one, 'choose');
    await one.press('back-open');
    await stamp('05').waitFor();
    const seen = () => one.page.evaluate(() => [...document.querySelectorAll('video')].some((video) => video.readyState >= 2 && video.videoWidth > 0));
    await expect.poll(seen, { timeout: 20_000, message: 'a picture of that moment' }).toBe(true);
    await looks(one, 'machine');
  });

  test('marks two minutes, and asks for them', async () => {
    await one.press('back-from');
    for (let n = 0; n < 2; n++) await one.page.keyboard.press('Shift+ArrowRight');
    await stamp('07').waitFor();
    await one.press('back-to');
    await one.press('hand-out-for');
    await one.press('hand-out-yes');
    await one.reads('required');
    await one.choose('eyes-for', one.t('look-purpose-accident'));
    await one.fill('reason', 'Va chạm xe máy');
    await looks(one, 'ask');
    await one.press('hand-out-yes');
    await one.reads('hand-out-done');
    const { items } = await must<{ items: (Export & { span: { from: string; to: string } })[] }>(one.page, 'GET', '/api/exports');
    const mine = items.find((it) => it.approved === null)!;
    expect([Date.parse(mine.span.from), Date.parse(mine.span.to)]).toEqual([FIVE_PAST_SIX, FIVE_PAST_SIX + 2 * MINUTE]);
    // Whoever asks cannot agree.
    expect((await ask(one.page, 'POST', `/api/exports/${mine.id}/approve`, {})).status).toBe(403);
  });

  test('another person agrees', async () => {
    await other.press('nav-evidence');
    await other.press('evidence-approve');
    await other.reads('evidence-approve-what');
    await looks(other, 'agree');
    await other.press('evidence-approve');
    await other.reads('evidence-approved');
  });

  test('it is fetched once, and holds wherever it is checked', async () => {
    await one.press('nav-evidence');
    await one.reads('evidence-is-made');
    await one.press('evidence-fetch');
    const download = one.page.waitForEvent('download');
    await one.press('evidence-fetch-yes');
    const file = join(tmpdir(), `liengia-export-${process.pid}-${lang}.zip`);
    await (await download).saveAs(file);
    await one.reads('evidence-fetch-done');
    try {
      const told = execFileSync(BINARY, ['verify', file], { encoding: 'utf8' });
      expect(told).toMatch(/\S/);
      const bytes = readFileSync(file);
      bytes[Math.floor(bytes.length / 2)]! ^= 1;
      writeFileSync(file, bytes);
      expect(() => execFileSync(BINARY, ['verify', file], { encoding: 'utf8', stdio: 'pipe' })).toThrow();
    } finally {
      rmSync(file, { force: true });
    }
    const { items } = await must<{ items: Export[] }>(one.page, 'GET', '/api/exports');
    const fetched = items.find((it) => it.fetched_at)!;
    expect((await ask(one.page, 'POST', `/api/exports/${fetched.id}/link`, {})).status).toBe(410);
    await looks(one, 'fetched');
  });
});
