/**
 * Residents' viewing on the real program and with a real camera: entered by one at the desk, agreed to by another, looked at on a
 * phone, and closed with one touch by a home that is in the picture.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, must } from './asks.ts';
import { startCamera, type RealCamera } from './camera.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, sound, type Person } from './person.ts';

type Home = { household: { id: string } };
const NAME = 'Ngã ba đầu ngõ';
const SITE = 'Cụm đầu ngõ';
const DAY_MS = 86_400_000;

let browser: Browser;
let commune: Commune;
let real: RealCamera;
let officer: Person;
let admin: Person;
let resident: Person;
let camera: string;

const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const looking = async () => (await ask<{ fields?: { code: string }[] }>(resident.page, 'POST', '/api/looks', { cameras: [camera], kind: 'live', purpose: 'residents' })).body.fields?.map((one) => one.code);

beforeAll(async () => {
  browser = await launch();
  real = await startCamera();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
  admin = await enter(browser, commune, 'admin', { lang: 'vi' });
  resident = await enter(browser, commune, 'household', { lang: 'vi' });
  const mine = await must<Home>(resident.page, 'GET', '/api/home');
  const { place, position } = await must<{ place: { id: string }; position: unknown }>(officer.page, 'GET', `/api/households/${mine.household.id}`);
  const site = await must<{ id: string }>(officer.page, 'POST', '/api/sites', { place: place.id, name: SITE, position, purpose: 'public_safety', words: '', contact: 'Công an phường', paid_by: 'residents', sound: false, keep_hours: 72 });
  camera = (await must<{ id: string }>(officer.page, 'POST', '/api/cameras', { facts: { site: site.id, name: NAME, position, direction: 90, angle: 80, reach_m: 15 }, door: { url: real.url } })).id;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
  real?.stop();
});

test('one at the desk enters the vote, and cannot agree to it', async () => {
  expect(await looking()).toEqual(['camera_not_voted']);
  await officer.page.goto(new URL('/desk/#/cameras', officer.page.url()).href);
  await officer.page.getByText(officer.t('residents-of', { name: SITE })).click();
  await officer.reads('residents-off');
  await officer.press('residents-enter');
  for (const [field, text] of [['homes', '40'], ['present', '30'], ['for', '25'], ['against', '3'], ['number', '7/BB-KP']] as const) await officer.fill(`residents-${field}`, text);
  await officer.page.getByLabel(officer.t('residents-held')).fill(day(-2));
  await officer.page.getByLabel(officer.t('residents-last')).fill(day(200));
  await officer.page.getByRole('checkbox', { name: officer.t('residents-clear', { name: NAME }) }).check();
  await officer.press('save');
  await officer.reads('residents-waits');
  await officer.reads('residents-not-you');
  await sound(officer, 'residents-entered');
  expect(await looking()).toEqual(['camera_not_voted']);
});

test('another person agrees', async () => {
  await admin.page.goto(new URL('/desk/#/cameras', admin.page.url()).href);
  await admin.page.getByText(admin.t('residents-of', { name: SITE })).click();
  await admin.press('residents-agree');
  await sound(admin, 'residents-agree');
  await admin.press('residents-agree-yes');
  await admin.reads('residents-agree-done');
});

test('a resident reads why and how, looks live, and closes the camera with one touch', async () => {
  const { page, t } = resident;
  await resident.press('nav-me');
  await resident.press('village-cams');
  await sound(resident, 'village');
  await page.getByText(NAME).click();
  await resident.reads('village-rules');
  await sound(resident, 'village-camera');
  await resident.press('village-look');
  const running = () => page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.currentTime > 0 && video.videoWidth > 0));
  await expect.poll(running, { message: 'the picture runs', timeout: 30_000 }).toEqual([true]);
  await sound(resident, 'village-look');
  await resident.press('village-object');
  await resident.reads('village-mine');
  expect(await page.locator('video').count(), 'no picture stands there any more').toBe(0);
  expect(await looking()).toEqual(['camera_objected']);
  await sound(resident, 'village-objected');
  await resident.press('village-object-not');
  await page.getByRole('button', { name: t('village-look') }).waitFor();
  expect([...officer.faults, ...admin.faults, ...resident.faults]).toEqual([]);
});
