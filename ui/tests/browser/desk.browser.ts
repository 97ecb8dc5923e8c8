/** The desk: signing in, the board in an alarm and in quiet time, the lists; no accessibility violation, nothing sideways. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alarm } from '../../shared/api/types.ts';
import { launch, phone, type Look } from './chromium.ts';
import { LABELS, TEAM, alarm as story, devices, homeId, household, id } from './people.ts';
import { startStandIn, type StandIn } from './standin.ts';

const TIME_MS = 120_000;
let browser: Browser;
let standin: StandIn;
beforeAll(async () => {
  standin = await startStandIn();
  browser = await launch();
}, TIME_MS);
afterAll(async () => {
  await browser?.close();
  await standin?.stop();
});

const spot = (n: number) => ({ lat: 21.03 + n * 0.0004, lon: 105.85 + (n % 4) * 0.0007 });
const session = { account: id(900), person: id(901), name: 'Trung úy Hà', language: 'vi', roles: [{ role: 'duty_officer', scope: { kind: 'commune', id: id(1), name: 'Xã An Bình' } }] };
const point = { id: id(950), version: 1, place: id(1), name: 'Trụ nước đầu ngõ', position: spot(5), contents: ['hose'], access: 'Mở tủ đỏ', keyholder: null };

function placed(alarm: Alarm): Alarm {
  return {
    ...alarm,
    origin: { ...alarm.origin, position: spot(0), how_to_find: 'Ngõ 12, cổng xanh' },
    households: alarm.households.map((home, n) => ({ ...home, position: spot(n) })),
    points: [{ point: point.id, name: point.name, metres: 60, position: point.position }],
    timeline: [{ at: alarm.raised_at, kind: 'raised', args: { source: 'button' } as never }],
  };
}

async function answerFor(page: Page, alarms: Alarm[], signedIn = true): Promise<{ method: string; path: string; body: unknown }[]> {
  const sent: { method: string; path: string; body: unknown }[] = [];
  const rows = LABELS.map((_, n) => ({ ...household(n), position: spot(n) }));
  const named = devices(Date.now()).map((one, n) => ({ ...one, household_label: LABELS[n % LABELS.length] }));
  const quiet = { silent_households: [{ household: homeId(2), label: LABELS[2], team: TEAM }], silent_count: 1, faults: named.slice(0, 2), faults_count: 2, low_batteries: [], low_batteries_count: 0, due: [], due_count: 0, devices_count: 12, without_bell_count: 1 };
  const answers: Record<string, unknown> = {
    '/api/session': session,
    '/api/sign-in': session,
    '/api/board': { alarms, late: [], quiet, shift: null, faults: [], unrecorded: 0, emergency_number: '114', utc_offset_hours: 7, as_of: new Date().toISOString() },
    '/api/map': { outline: null, places: [], teams: [TEAM], households: rows.map((home) => ({ ...home, place: home.place.id, team: TEAM.id })), points: [point] },
    '/api/teams': { next: null, items: [{ ...TEAM, version: 1, place: { id: id(1), name: 'Thôn Đông' }, leader: null, deputy: null, households_count: 12, adjacent: [], dissolved: false, warnings: [] }] },
    '/api/points': { items: [point] },
    '/api/devices': { next: null, items: named },
    '/api/households': { next: null, items: rows },
  };
  let open = signedIn;
  await page.route(/\/api\/(?!events)/, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const method = route.request().method();
    if (method !== 'GET') sent.push({ method, path, body: route.request().postDataJSON() });
    if (path === '/api/sign-in') open = true;
    if (!open) return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"type":"x","code":"signed_out","title":"","detail":"","status":401}' });
    const inAlarm = alarms.find((one) => path.startsWith(`/api/alarms/${one.alarm}`));
    const body = inAlarm ?? answers[path];
    return body ? route.fulfill({ contentType: 'application/json', body: JSON.stringify(body) }) : route.continue();
  });
  return sent;
}

async function sound(page: Page, name: string, look: Look) {
  const axe = await new AxeBuilder({ page }).analyze();
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/desk-${name}-${look.size ?? 'phone'}.png`, fullPage: true });
  const broken = axe.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return wide > 0 ? [...broken, `${name}: ${wide} px sideways`] : broken;
}

const LOOKS: Look[] = [{ size: 'phone', lang: 'vi' }, { size: 'tablet', lang: 'id' }, { size: 'wall', lang: 'en', theme: 'dark' }];

test.each(LOOKS)('every desk screen is sound at $size', { timeout: TIME_MS }, async (look) => {
  const { context, page } = await phone(browser, look);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  const alarm = placed(story({ origin: 0, raisedAt: Date.now() - 60_000 }));
  const alarms: Alarm[] = [alarm];
  await answerFor(page, alarms);
  await page.goto(`${standin.url}/desk/`);
  await page.locator('article').waitFor();
  await page.locator('figure svg').first().waitFor();
  faults.push(...(await sound(page, 'alarm', look)));
  alarms.length = 0;
  for (const place of ['now', 'homes', `homes/${homeId(1)}`, 'teams', 'points', 'health']) {
    await page.goto(`${standin.url}/desk/?${place.replace('/', '-')}#/${place}`);
    await page.locator('h1').first().waitFor();
    await page.locator(place === 'now' ? 'figure svg' : place.includes('/') ? 'dl' : 'table').first().waitFor();
    faults.push(...(await sound(page, place.split('/').join('-').slice(0, 8), look)));
  }
  expect(faults).toEqual([]);
  await context.close();
});

test('an officer signs in, says that 114 was called, and that reaches the node once', { timeout: TIME_MS }, async () => {
  const { context, page } = await phone(browser, { size: 'wall', lang: 'en' });
  const alarm = placed(story({ origin: 0, raisedAt: Date.now() - 60_000 }));
  const sent = await answerFor(page, [{ ...alarm, emergency_call: { called: false } }], false);
  await page.goto(`${standin.url}/desk/`);
  await page.locator('input[name=login]').fill('ha');
  await page.locator('input[name=password]').fill('a long enough phrase');
  await page.keyboard.press('Enter');
  await page.getByText('114 NOT CALLED YET').waitFor();
  await page.getByRole('button', { name: '114 was called' }).click();
  await page.getByRole('button', { name: '114 has taken the call' }).click();
  await expect.poll(() => sent.map((one) => one.path)).toEqual(['/api/sign-in', '/api/session/language', `/api/alarms/${alarm.alarm}/called-114`]);
  await context.close();
});
