/** What each role does on a quiet day, on the real program, in each language. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { dial } from './device.ts';
import { enter, sound, type Person } from './person.ts';

/** The names of everybody who lives in the first homes, and of who leads a team, as the clerk reads them. */
async function people(clerk: Person): Promise<string[]> {
  const names = await clerk.page.evaluate(async () => {
    const read = async (path: string) => (await fetch(path)).json();
    const homes = (await read('/api/households?limit=60')).items as { id: string }[];
    const whole = (await Promise.all(homes.map(({ id }) => read(`/api/households/${id}`)))) as { people: { name: string }[] }[];
    const teams = (await read('/api/teams?limit=200')).items as { leader: { name: string } | null; deputy: { name: string } | null }[];
    return [...whole.flatMap((home) => home.people.map(({ name }) => name)), ...teams.flatMap(({ leader, deputy }) => [leader?.name, deputy?.name])];
  });
  return names.filter((name) => name !== undefined);
}

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

describe.each(LANGS)('%s', (lang) => {
  let commune: Commune;
  /** Names of people, as the clerk reads them. */
  let names: string[];
  beforeAll(async () => {
    commune = await startCommune();
  });
  afterAll(async () => commune?.stop());

  describe('the team leader', () => {
    let leader: Person;
    beforeAll(async () => {
      leader = await enter(browser, commune, 'leader', { lang });
    });
    afterAll(async () => leader?.leave());

    const lead = async (id: string) => {
      await leader.page.getByRole('navigation').getByRole('link', { name: leader.t('nav-team') }).click();
      await leader.page.getByRole('link', { name: leader.t(id) }).click();
      await leader.heading(leader.t(id)).waitFor();
    };

    test('sees which homes are connected', async () => {
      await lead('lead-homes');
      await leader.reads('lead-private');
      await sound(leader, `lead-homes-${lang}`);
    });

    test('announces a drill, which every home then sees, and calls it off', async () => {
      await lead('lead-drill');
      await leader.press('check-answers');
      await leader.reads('drill-what-real');
      await leader.press('drill-yes');
      await leader.reads('drill-state-announced');
      await sound(leader, `lead-drill-${lang}`);
      // What was said stands over the button for a moment.
      await leader.press('close');
      await leader.press('drill-call-off');
      await leader.reads('drill-state-cancelled');
    });

    test('tests the bells and says whether the own one was heard', async () => {
      await lead('lead-ring');
      await leader.press('lead-ring-yes');
      await leader.reads('ring-ask');
      await sound(leader, `ring-asked-${lang}`);
      await leader.press('ring-yes');
      await leader.page.getByText(leader.t('ring-ask')).waitFor({ state: 'detached' });
    });

    test('attaches a bell to a home, which then shows in its list', async () => {
      await lead('lead-homes');
      await leader.page.getByRole('main').getByRole('link').first().click();
      await leader.press('pair');
      await leader.choose('pair-kind', leader.t('device-bell'));
      await leader.choose('pair-profile', leader.t('profile-esphome'));
      await sound(leader, `lead-pair-${lang}`);
      await leader.press('pair-make');
      await leader.page.locator('dd code').first().waitFor();
      const [, port, username, password] = await leader.page.locator('dd code').allInnerTexts();
      await sound(leader, `lead-paired-${lang}`);
      const bell = await dial({ port: Number(port), username: username!, password: password! });
      bell.say('uptime', 60);
      await leader.press('back');
      await leader.page.getByText(`${leader.t('device-bell')} · ${leader.t('spot-ground-floor')}`).first().waitFor();
      bell.stop();
    });

    test('makes a QR code for somebody of a home, or for somebody who is not on the list, and takes it back', async () => {
      await lead('lead-invite');
      const first = leader.page.getByRole('main').getByRole('button').first();
      const [home] = (await must<{ team: { members: { household: string; people: { person: string; name: string }[] }[] } }>(leader.page, 'GET', '/api/home')).team.members;
      const invited = async () => (await must<{ items: { person: string | null }[] }>(leader.page, 'GET', `/api/invitations?household=${home!.household}&limit=1`)).items[0]?.person ?? null;
      await first.click();
      await leader.reads('invite-whose');
      await sound(leader, `lead-invite-whose-${lang}`);
      await leader.press('invite-anybody');
      await leader.press('invite-other-person');
      expect(await first.innerText()).toBe(home!.people[0]!.name);
      await first.click();
      await leader.press('invite-make');
      await leader.page.getByRole('img', { name: leader.t('invite-qr') }).waitFor();
      expect(await invited()).toBe(home!.people[0]!.person);
      await leader.press('invite-take-back');
      await leader.press('invite-other-person');
      await leader.press('invite-anybody');
      await leader.press('invite-make');
      await leader.page.getByRole('img', { name: leader.t('invite-qr') }).waitFor();
      expect(await invited()).toBeNull();
      await sound(leader, `lead-invite-${lang}`);
      await leader.press('invite-take-back');
      await leader.reads('invite-taken-back');
    });
  });

  describe('the clerk', () => {
    let clerk: Person;
    beforeAll(async () => {
      clerk = await enter(browser, commune, 'clerk', { lang });
      names = await people(clerk);
    });
    afterAll(async () => clerk?.leave());

    test('finds a home without accents and corrects it with a reason, by keyboard alone', async () => {
      const { page, t } = clerk;
      await page.getByRole('link', { name: t('nav-homes') }).click();
      await page.getByRole('row').nth(1).waitFor();
      const name = await page.getByRole('row').nth(1).getByRole('link').innerText();
      const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').toLowerCase();
      await page.keyboard.press('/');
      await page.keyboard.type(plain);
      await expect.poll(() => page.getByRole('row').nth(1).innerText()).toContain(name);
      await sound(clerk, `clerk-homes-${lang}`);
      await page.getByRole('row').nth(1).getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: t('correct-home', { home: name }) }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(t('facts-find')).focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('Cổng sắt xanh, sau chùa');
      await dialog.getByLabel(t('reason'), { exact: true }).focus();
      await page.keyboard.type('chủ nhà báo lại');
      await sound(clerk, `clerk-correct-${lang}`);
      await dialog.getByRole('button', { name: t('save') }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('Cổng sắt xanh, sau chùa').waitFor();
    });

    test('corrects a village with a reason, which its history then tells', async () => {
      const { page, t } = clerk;
      await page.getByRole('link', { name: t('nav-places') }).click();
      const row = page.getByRole('listitem').filter({ hasText: t('scope-village') }).first();
      await row.getByRole('button').first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(t('place-name')).fill('Thôn Thử');
      await dialog.getByLabel(t('reason'), { exact: true }).fill('ghi nhầm');
      await dialog.getByRole('button', { name: t('save') }).click();
      await page.getByRole('button', { name: t('place-correct', { name: 'Thôn Thử' }) }).click();
      await dialog.getByText(t('history')).click();
      await dialog.getByText(/ghi nhầm/).waitFor();
      await sound(clerk, `clerk-place-${lang}`);
      await dialog.getByRole('button', { name: t('cancel') }).click();
    });
  });

  describe('the analyst', () => {
    let analyst: Person;
    beforeAll(async () => {
      analyst = await enter(browser, commune, 'analyst', { lang });
    });
    afterAll(async () => analyst?.leave());

    test('reads figures of teams, and takes the table along, by keyboard alone; no name is on the way', async () => {
      const { page } = analyst;
      expect(names.length).toBeGreaterThan(100);
      const heard: string[] = [];
      page.on('response', async (answer) => {
        if (answer.url().includes('/api/') && !answer.url().includes('/api/events')) heard.push(await answer.text().catch(() => ''));
      });
      await analyst.press('nav-teams');
      await page.getByRole('row').nth(1).waitFor();
      await sound(analyst, `analyst-teams-${lang}`);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: analyst.t('export-table', { n: (await page.getByRole('row').count()) - 1 }) }).focus();
      await page.keyboard.press('Enter');
      const table = await saved;
      expect(table.suggestedFilename()).toBe(`${analyst.t('nav-teams')}.csv`);
      await page.getByRole('row').nth(1).getByRole('link').click();
      await page.getByRole('main').getByText(analyst.t('team-facts')).waitFor();
      expect(heard.length).toBeGreaterThan(1);
      const seen = [readFileSync(await table.path(), 'utf8'), await page.content(), ...heard].join('\n');
      expect(names.filter((name) => seen.includes(name))).toEqual([]);
    });
    test('reads how drills went', async () => {
      await analyst.press('nav-drills');
      await analyst.heading(analyst.t('nav-drills')).waitFor();
      await sound(analyst, `analyst-drills-${lang}`);
    });
  });

  describe('the auditor', () => {
    let auditor: Person;
    beforeAll(async () => {
      auditor = await enter(browser, commune, 'auditor', { lang });
    });
    afterAll(async () => auditor?.leave());

    test('sees who has which role, and changes nothing', async () => {
      await auditor.press('nav-accounts');
      await auditor.page.getByRole('row').nth(1).waitFor();
      expect(await auditor.page.getByRole('button', { name: auditor.t('account-add') }).count()).toBe(0);
      await sound(auditor, `auditor-accounts-${lang}`);
    });
    test('reads how a record changed, with who and why', async () => {
      const { page } = auditor;
      await auditor.press('nav-homes');
      await page.getByRole('row').nth(1).getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.getByText(auditor.t('history')).click();
      await page.getByText(auditor.t('history-household-added')).waitFor();
      expect(await page.getByRole('button', { name: auditor.t('correct') }).count()).toBe(0);
      await sound(auditor, `auditor-history-${lang}`);
    });
  });
});
