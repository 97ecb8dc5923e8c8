/** A new commune, from the set-up link to the first phone, by keyboard alone where somebody sits at a desk. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGS } from '../../shared/i18n/lang.ts';
import { must } from './asks.ts';
import { launch } from './chromium.ts';
import { NEW_NUMBER, startNew, type Commune } from './commune.ts';
import { fireButton, open, sound, type Person } from './person.ts';

const PASSWORD = 'bốn con trâu gặm cỏ';
const COMMUNE = 'Xã An Bình';
const HOME = 'Nhà bà Lan, số 12';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => browser?.close());

/** A device that holds passkeys and whose owner always says yes. */
async function withKeys(person: Person): Promise<void> {
  const cdp = await person.context.newCDPSession(person.page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
}

describe.each(LANGS)('%s', (lang) => {
  let node: Commune & { setUp: string };
  let admin: Person;
  let clerk: Person;
  let phone: Person;
  let link = '';

  beforeAll(async () => {
    node = await startNew();
    admin = await open(browser, node, node.setUp, 'desk', { lang });
  }, 120_000);
  afterAll(async () => {
    for (const one of [admin, clerk, phone]) await one?.leave();
    await node?.stop();
  });
  afterEach(() => expect([admin, clerk, phone].flatMap((one) => one?.faults ?? [])).toEqual([]));

  const invited = async (): Promise<string> => admin.page.locator('dialog[open] .url').innerText();
  /** Gives somebody an account, and keeps the link that stands on the screen once. */
  async function account(name: string, login: string, role: string): Promise<void> {
    await admin.press('nav-accounts');
    await admin.press('account-add');
    await admin.fill('person-name', name);
    await admin.fill('sign-in-login', login);
    await admin.choose('account-role', admin.t(role));
    await admin.choose('account-where', new RegExp(COMMUNE));
    await admin.press('account-add-yes');
    await admin.page.locator('dialog[open] .url').waitFor();
    link = await invited();
  }

  test('whoever has the link names the commune and becomes its administrator', async () => {
    await admin.fill('setup-commune', COMMUNE);
    await admin.fill('setup-name', 'Trần Văn Phúc');
    await admin.fill('sign-in-login', 'phuc');
    await admin.fill('password-new', PASSWORD);
    await admin.fill('password-again', PASSWORD);
    await sound(admin, `setup-${lang}`);
    await admin.press('setup-go');
    await admin.heading(admin.t('begin')).waitFor();
    await sound(admin, `begin-${lang}`);
  });

  test('is led to the places first, and adds a village', async () => {
    await admin.press('begin-go-for', { what: admin.t('begin-places') });
    await admin.press('place-add-in', { name: COMMUNE });
    await admin.fill('place-name', 'Thôn Đông');
    await admin.press('save');
    await admin.page.getByText('Thôn Đông').waitFor();
    await admin.reads('begin-done');
    await sound(admin, `begin-places-${lang}`);
  });

  test('then to the people of the desk, and invites a clerk', async () => {
    await account('Nguyễn Thị Hoa', 'hoa', 'role-clerk');
    await sound(admin, `account-link-${lang}`);
    await admin.press('done');
  });

  test('the clerk comes in by a passkey, leaves, and comes in by it again', async () => {
    clerk = await open(browser, node, link, 'desk', { lang, theme: 'dark' });
    await withKeys(clerk);
    await sound(clerk, `welcome-key-${lang}`);
    await clerk.press('welcome-passkey');
    await clerk.page.waitForURL(/\/desk\//);
    await clerk.press('sign-out');
    await clerk.press('sign-in-passkey');
    await clerk.heading(clerk.t('begin')).waitFor();
    await clerk.press('nav-me');
    await clerk.page.getByText(clerk.t('passkey-first')).first().waitFor();
    await sound(clerk, `me-${lang}`);
  });

  test('the clerk forms a team and adds a home with somebody in it', async () => {
    await clerk.press('nav-teams');
    await clerk.press('begin-go-for', { what: clerk.t('begin-homes') });
    await clerk.press('nav-teams');
    await clerk.press('team-form');
    await clerk.fill('team-name', 'Tổ liên gia 1');
    await clerk.choose('col-place', /Thôn Đông/);
    await sound(clerk, `team-form-${lang}`);
    await clerk.press('team-form-yes');
    await clerk.heading('Tổ liên gia 1').waitFor();
    await clerk.press('nav-homes');
    await clerk.press('home-add');
    await clerk.fill('home-label', HOME);
    await clerk.choose('col-place', /Thôn Đông/);
    await clerk.fill('spot-lat', '21.0302');
    await clerk.fill('spot-lon', '105.8511');
    await sound(clerk, `home-add-${lang}`);
    await clerk.press('save');
    await clerk.heading(HOME).waitFor();
    await clerk.press('person-add-for', { home: HOME });
    await clerk.fill('person-name', 'Trần Thị Lan');
    await clerk.press('save');
    await clerk.page.getByText('Trần Thị Lan').waitFor();
    await clerk.press('home-move-for', { home: HOME });
    await clerk.choose('col-team', 'Tổ liên gia 1');
    await clerk.fill('reason', 'lập tổ mới');
    await clerk.press('home-move-yes');
    await clerk.page.getByRole('link', { name: 'Tổ liên gia 1' }).waitFor();
    await sound(clerk, `new-home-${lang}`);
  });

  test('invites its phone, which joins and stands ready to press FIRE', async () => {
    await clerk.press('invite-for', { home: HOME });
    await clerk.press('invite-make');
    await clerk.reads('required');
    await clerk.choose('invite-who', 'Trần Thị Lan');
    await sound(clerk, `invite-${lang}`);
    await clerk.press('invite-make');
    const url = await clerk.page.locator('dialog[open] .url').innerText();
    await sound(clerk, `invitation-${lang}`);
    phone = await open(browser, node, url, 'home', { lang });
    await phone.page.locator(`a[href="tel:${NEW_NUMBER}"]`).waitFor();
    await sound(phone, `join-${lang}`);
    await phone.press('join-go');
    await phone.page.getByText(phone.t('join-done', { home: HOME })).waitFor();
    const wake = phone.page.getByRole('button', { name: phone.t('join-wake-no') });
    const hear = phone.page.getByRole('button', { name: phone.t('join-finish') });
    await wake.or(hear).first().waitFor();
    await sound(phone, `joined-${lang}`);
    if (await wake.isVisible()) await wake.click();
    await hear.click();
    await fireButton(phone.page).waitFor();
    expect((await must<{ me: { name: string } }>(phone.page, 'GET', '/api/home')).me.name).toBe('Trần Thị Lan');
    await sound(phone, `new-phone-${lang}`);
  });

  test('the administrator gives a role and takes it, and ends a session', async () => {
    await admin.press('nav-accounts');
    await admin.page.getByRole('link', { name: 'Nguyễn Thị Hoa' }).focus();
    await admin.page.keyboard.press('Enter');
    await admin.press('role-give');
    await admin.choose('account-role', admin.t('role-duty-officer'));
    await admin.choose('account-where', new RegExp(COMMUNE));
    await sound(admin, `role-give-${lang}`);
    await admin.press('role-give');
    await admin.page.getByText(admin.t('role-duty-officer'), { exact: true }).first().waitFor();
    await admin.press('role-take-for', { role: admin.t('role-duty-officer'), name: 'Nguyễn Thị Hoa' });
    await admin.press('role-take');
    await admin.page.getByText(admin.t('role-duty-officer'), { exact: true }).first().waitFor({ state: 'detached' });
    await sound(admin, `account-${lang}`);
    await admin.press('session-end-for', { label: (await must<{ items: { label: string }[] }>(clerk.page, 'GET', '/api/sessions')).items.at(-1)!.label || admin.t('way-passkey') });
    await admin.press('session-end');
    await admin.reads('session-ended');
    await clerk.page.reload();
    await clerk.heading(clerk.t('sign-in-title')).waitFor();
  });

  test('a mediator, whose own work comes later, sees the teams and the fire points and nothing more', async () => {
    await account('Lê Văn Thọ', 'tho', 'role-mediator');
    await admin.press('done');
    const mediator = await open(browser, node, link, 'desk', { lang });
    await mediator.fill('password-new', PASSWORD);
    await mediator.fill('password-again', PASSWORD);
    await mediator.press('welcome-go');
    await mediator.heading(mediator.t('nav-teams')).waitFor();
    const places = await mediator.page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(places).toEqual(['nav-teams', 'nav-points', 'nav-me'].map((id) => mediator.t(id)));
    await sound(mediator, `mediator-${lang}`);
    await mediator.press('nav-points');
    await mediator.heading(mediator.t('nav-points')).waitFor();
    expect(mediator.faults).toEqual([]);
    await mediator.leave();
  });
});
