/** What each role does on a quiet day, on the real program, in each language. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { launch } from '../browser/chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, sound, type Person } from './person.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

describe.each(LANGS)('%s', (lang) => {
  let commune: Commune;
  beforeAll(async () => {
    commune = await startCommune();
  });
  afterAll(async () => commune?.stop());

  describe('the team leader', () => {
    let leader: Person;
    beforeAll(async () => {
      leader = await enter(browser, commune, 'leader', { lang });
    });
    afterAll(async () => leader?.context.close());

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

    test('makes a QR code for a home, and takes it back', async () => {
      await lead('lead-invite');
      await leader.page.getByRole('main').getByRole('button').or(leader.page.getByRole('main').getByRole('radio')).first().click();
      await leader.press('invite-make');
      await leader.page.getByRole('img', { name: leader.t('invite-qr') }).waitFor();
      await sound(leader, `lead-invite-${lang}`);
      await leader.press('invite-take-back');
      await leader.reads('invite-taken-back');
    });
  });

  describe('the clerk', () => {
    let clerk: Person;
    beforeAll(async () => {
      clerk = await enter(browser, commune, 'clerk', { lang });
    });
    afterAll(async () => clerk?.context.close());

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
  });
});
