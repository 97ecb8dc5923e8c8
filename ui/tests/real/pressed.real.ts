/** What stands on a phone between the press and the all-clear, in each language: every word of it is read by a frightened person. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { allClear } from './asks.ts';
import { launch } from './chromium.ts';
import { startCommune, type Commune } from './commune.ts';
import { enter, fireButton, holdFire, sound, type Person } from './person.ts';

let browser: Browser;
let commune: Commune;
let officer: Person;

beforeAll(async () => {
  browser = await launch();
  commune = await startCommune({ silent: true });
  officer = await enter(browser, commune, 'officer', { lang: 'en' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

/** Each with a phone of their own: a link opens one phone. */
describe.each([['vi', 'household'], ['en', 'neighbour'], ['id', 'leader']] as const)('%s, %s', (lang, role) => {
  test('the countdown, NOT SENT with 114, received, and the end', async () => {
    const one = await enter(browser, commune, role, { lang });
    await fireButton(one.page).waitFor();
    await holdFire(one.page, 80);
    await one.page.locator('dialog[open]').waitFor();
    await sound(one, `countdown-${lang}`);
    await one.page.keyboard.press('Escape');
    await one.page.locator('dialog[open]').waitFor({ state: 'detached' });

    commune.freeze();
    try {
      await holdFire(one.page);
      await one.heading(one.t('press-not-sent', { number: '114' })).waitFor();
      await one.page.locator('a.call[href="tel:114"]').waitFor();
      await sound(one, `not-sent-${lang}`);
    } finally {
      commune.thaw();
    }
    await one.reads('alarm-word');
    await sound(one, `burning-${lang}`);

    await allClear(officer.page);
    await one.reads('closed-title');
    await sound(one, `over-${lang}`);
    await one.leave();
  });
});
