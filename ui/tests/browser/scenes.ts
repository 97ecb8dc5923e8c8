/** Every screen of the phone app, reached as a person reaches it. Used for pictures and for the accessibility check. */
import type { Page } from 'playwright-core';
import { alarm, homeId, id, responders } from './people.ts';
import type { StandIn } from './standin.ts';

export type Stage = { page: Page; standin: StandIn };
export type Scene = { name: string; leader?: boolean; play: (stage: Stage) => Promise<void> };

/** The screen stands: the node has answered, nothing is loading, and what came is drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('h1, dialog[open]') !== null && document.querySelector('[aria-busy=true]') === null);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

async function at(page: Page, standin: StandIn, path: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/home'));
  await page.goto(`${standin.url}/${path}`, { waitUntil: 'domcontentloaded' });
  await answered;
  await settled(page);
}

const quiet = (name: string, path: string, leader = false): Scene => ({ name, leader, play: ({ page, standin }) => at(page, standin, path) });

type Parts = Omit<Parameters<typeof alarm>[0], 'raisedAt'>;
const coming = { homes: 12, rang: 12, delivered: 10, seen: 8, coming: 3, arrived: 1, cannot: 1, safe: 2, out: 1, unaccounted: 3 };
const ago = (s: number) => Date.now() - s * 1000;

const burning = (name: string, parts: Parts, leader = false): Scene => ({
  name,
  leader,
  async play({ page, standin }) {
    standin.world.home.alarms = [alarm({ raisedAt: ago(130), ...parts })];
    await at(page, standin, '');
  },
});

const fire = async (page: Page) => page.locator('button[aria-describedby=fire-how]');

export async function hold(page: Page, ms = 1150): Promise<void> {
  const box = (await (await fire(page)).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  // A finger rests on the glass: the time itself is what counts.
  await page.waitForTimeout(ms);
  await page.mouse.up();
}

export const SCENES: Scene[] = [
  quiet('01-home', ''),
  {
    name: '02-home-holding',
    async play({ page, standin }) {
      await at(page, standin, '');
      const box = (await (await fire(page)).boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      // The ring is half full at half a second, and no later.
      await page.waitForTimeout(450);
    },
  },
  {
    name: '03-countdown',
    async play({ page, standin }) {
      await at(page, standin, '');
      await (await fire(page)).focus();
      await page.keyboard.press('Enter');
      await page.locator('.number', { hasText: '4' }).waitFor();
    },
  },
  {
    name: '04-sending',
    async play({ page, standin }) {
      standin.world.presses = 'silent';
      await at(page, standin, '');
      await hold(page);
      await page.locator('main.sending').waitFor();
    },
  },
  {
    name: '05-not-sent',
    async play({ page, standin }) {
      standin.world.presses = 'silent';
      await at(page, standin, '');
      await hold(page);
      await page.locator('main.not_sent').waitFor();
    },
  },
  {
    name: '06-received-own-fire',
    async play({ page, standin }) {
      await at(page, standin, '');
      await hold(page);
      await page.locator('.received').waitFor();
    },
  },
  {
    name: '06b-counting',
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ origin: 0, raisedAt: ago(30) })];
      standin.world.home.alarms[0]!.households[0]!.out = { count: 3, away: 0, by: 'Anh Tuấn', at: new Date().toISOString() };
      await at(page, standin, '');
      await page.locator('.ask button').nth(1).click();
      await page.locator('.ask output').first().waitFor();
    },
  },
  {
    name: '07-still-burning',
    async play({ page, standin }) {
      standin.world.presses = 'old';
      await at(page, standin, '');
      await hold(page);
      await page.locator('main.ask').waitFor();
    },
  },
  {
    name: '08-own-fire-all-out',
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ origin: 0, raisedAt: ago(95), mine: { card: 'call_114', card_state: 'offered' }, more: { responders: responders(ago(60)), counts: coming } })];
      standin.world.home.alarms[0]!.households[0]!.clear = true;
      await at(page, standin, '');
    },
  },
  burning('10-neighbour', {}),
  burning('11-neighbour-coming', { mine: { answer: 'coming', card: 'gate', card_state: 'offered' }, more: { responders: responders(ago(40)), counts: coming } }),
  burning('12-neighbour-card-taken', { mine: { answer: 'coming', card: 'extinguisher', card_state: 'accepted' }, more: { responders: responders(ago(40)), counts: coming, emergency_call: { called: true, by: 'Chị Mai', at: new Date(ago(60)).toISOString() } } }),
  burning('13-neighbour-look', { mine: { answer: 'arrived' }, more: { responders: responders(ago(40)), counts: coming, help: [{ household: homeId(1), name: 'Trần Thị Lan', note: 'Bà Lan nằm giường, tầng 2, phòng phía sau' }] } }),
  burning('14-neighbour-safe', { mine: { answer: 'safe' }, more: { false_alarm: { by: 'Bà Lan', at: new Date(ago(20)).toISOString() } } }),
  burning('15-next-door', { origin: 1, mine: { must_get_out: true } }),
  burning('16-call-card', { mine: { card: 'call_114', card_state: 'offered' } }),
  {
    name: '17-confirm-114',
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ raisedAt: ago(130) })];
      await at(page, standin, '');
      await page.evaluate(() => document.querySelector('footer a')?.addEventListener('click', (event) => event.preventDefault()));
      await page.locator('footer a').click();
      await settled(page);
    },
  },
  burning('18-own-warning', { origin: 0, more: { state: 'own_home_warning', source: 'detector', ladder: { enough: false, accounted: false, next_at: new Date(Date.now() + 60_000).toISOString() } } }),
  burning('19-leader', { mine: { answer: 'arrived', looked: 'fire', may_close: true }, more: { responders: responders(ago(40)), counts: coming, emergency_call: { called: true, by: 'Chị Mai', at: new Date(ago(60)).toISOString() } } }, true),
  {
    name: '20-roll-call',
    leader: true,
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ raisedAt: ago(130), mine: { answer: 'arrived', looked: 'fire', may_close: true } })];
      await at(page, standin, '');
      await page.locator('summary').click();
      await page.locator('summary').scrollIntoViewIfNeeded();
    },
  },
  {
    name: '21-close',
    leader: true,
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ raisedAt: ago(130), mine: { answer: 'arrived', looked: 'fire', may_close: true } })];
      await at(page, standin, `#/alarm/${id(1)}/close`);
    },
  },
  {
    name: '22-closed',
    async play({ page, standin }) {
      const one = alarm({ raisedAt: ago(130) });
      standin.world.home.alarms = [one];
      await at(page, standin, '');
      standin.closed({ ...one, state: 'closed', closed: { at: new Date().toISOString(), by: 'Bác Quý', looked_by: 'Chị Mai', code: 'no_fire', reason: 'Khói bếp, khói nhang' } });
      await page.locator('main dl').waitFor();
    },
  },
  {
    name: '23-false-alarm-sure',
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ origin: 0, raisedAt: ago(30) })];
      await at(page, standin, '');
      await page.locator('main > button').last().click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  burning('25-drill', { mode: 'drill' }),
  burning('26-drill-card', { mode: 'drill', mine: { card: 'call_114', card_state: 'offered' } }),
  {
    name: '27-alarm-aside',
    async play({ page, standin }) {
      standin.world.home.alarms = [alarm({ raisedAt: ago(130) })];
      await at(page, standin, '');
      await page.locator('.quiet button').last().click();
      await page.locator('a.running').waitFor();
    },
  },
  {
    name: '30-silent-node',
    async play({ page, standin }) {
      await at(page, standin, '');
      standin.world.down = true;
      standin.cut();
      await page.locator('.notice.fault').waitFor();
      standin.world.down = false;
    },
  },
  {
    name: '31-drill-announced-no-bell',
    async play({ page, standin }) {
      standin.world.home.drill_next = { id: id(700), at: new Date(Date.now() + 3 * 86_400_000).toISOString() };
      standin.world.home.connection.siren = 'none';
      await at(page, standin, '');
    },
  },
  quiet('32-connection', '#/connection'),
  {
    name: '33-connection-bad',
    async play({ page, standin }) {
      standin.world.home.connection = { siren: 'fault', phone: true, push: 'none', last_heard_ringing_at: new Date(Date.now() - 80 * 86_400_000).toISOString() };
      await at(page, standin, '#/connection');
    },
  },
  {
    name: '34-ring-test',
    async play({ page, standin }) {
      standin.world.home.ring_test = { device: id(600), started_at: new Date().toISOString() };
      await at(page, standin, '');
    },
  },
  quiet('40-team', '#/team'),
  quiet('41-team-leader', '#/team', true),
  quiet('42-lead-homes', '#/lead/homes', true),
  quiet('43-lead-home', `#/lead/home/${homeId(4)}`, true),
  quiet('44-lead-invite', '#/lead/invite', true),
  {
    name: '45-lead-invite-code',
    leader: true,
    async play({ page, standin }) {
      await at(page, standin, `#/lead/invite/${homeId(4)}`);
      await page.locator('main button').first().click();
      await page.locator('.code').waitFor();
    },
  },
  quiet('46-lead-drill', '#/lead/drill', true),
  quiet('47-lead-ring', '#/lead/ring', true),
  quiet('50-me', '#/me'),
  quiet('51-people', '#/me/people'),
  quiet('51b-people-leader', '#/me/people', true),
  quiet('52-person', `#/me/people/${id(500)}`, true),
  quiet('53-person-new', '#/me/people/new', true),
  quiet('54-help', `#/me/people/${id(502)}/help`),
  {
    name: '54b-help-seen',
    async play({ page, standin }) {
      await at(page, standin, `#/me/people/${id(502)}/help`);
      await page.locator('main > button').first().click();
      await page.locator('textarea').waitFor();
      await settled(page);
    },
  },
  quiet('55-devices', '#/me/devices'),
  quiet('56-phones', '#/me/phones'),
  {
    name: '57-sign-out',
    async play({ page, standin }) {
      await at(page, standin, '#/me');
      await page.locator('main > button').last().click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  quiet('60-join', 'join#GOODCODE'),
  {
    name: '61-join-wake',
    async play({ page, standin }) {
      standin.world.signedIn = false;
      await at(page, standin, 'join#GOODCODE');
      await page.locator('main button[type=submit]').click();
      await page.locator('.mark').waitFor();
    },
  },
  {
    name: '62-join-refused',
    async play({ page, standin }) {
      standin.world.signedIn = false;
      await at(page, standin, 'join#BAD');
      await page.locator('main button[type=submit]').click();
      await page.locator('.notice.fault').waitFor();
    },
  },
  {
    name: '63-signed-out',
    async play({ page, standin }) {
      standin.world.signedIn = false;
      await at(page, standin, '');
    },
  },
];
