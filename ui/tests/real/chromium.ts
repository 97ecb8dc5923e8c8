/** Debian's Chromium, as the tests use it. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=document-user-activation-required'];

export const SIZES = { phone: { width: 360, height: 740 }, tablet: { width: 768, height: 1024 }, wall: { width: 1920, height: 1080 } } as const;

const PROGRAM = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS };

export function launch(): Promise<Browser> {
  return chromium.launch(PROGRAM);
}

/** A phone whose browser keeps what it is told in this folder, as people's own do; the others forget everything. */
export async function keeping(folder: string, cookies: Kept['cookies']): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.launchPersistentContext(folder, { ...PROGRAM, viewport: SIZES.phone, hasTouch: true, isMobile: true });
  await context.addCookies(cookies);
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
}

export type Look = { lang?: 'vi' | 'en' | 'id'; theme?: 'light' | 'dark'; size?: keyof typeof SIZES };

/** A fresh browser: own storage (or what another kept), chosen language and colours. */
export async function phone(browser: Browser, look: Look = {}, kept?: Kept): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: SIZES[look.size ?? 'phone'], colorScheme: look.theme ?? 'light', hasTouch: look.size !== 'wall', isMobile: (look.size ?? 'phone') === 'phone', locale: 'en-US', deviceScaleFactor: 1, ...(kept ? { storageState: kept } : {}) });
  await context.addInitScript((lang) => {
    if (!localStorage.getItem('liengia.lang')) localStorage.setItem('liengia.lang', lang);
  }, look.lang ?? 'vi');
  const page = await context.newPage();
  return { context, page };
}
