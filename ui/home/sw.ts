/// <reference lib="webworker" />
/**
 * The phone's service worker. Promises: the app opens with no network; a push about an alarm is shown and rings again when
 * it is repeated; an answer given on the notification reaches the node or opens the app; a press that waits is sent even
 * when the app is closed. Never answers for the node: nothing under /api is kept or served from here.
 */
import en from '@texts/en/home.ftl?only=sw-title,sw-body,sw-ask-title,sw-ask-body';
import id from '@texts/id/home.ftl?only=sw-title,sw-body,sw-ask-title,sw-ask-body';
import vi from '@texts/vi/home.ftl?only=sw-title,sw-body,sw-ask-title,sw-ask-body';
import { send } from '@shared/api/client.ts';
import { uuidv7 } from '@shared/id.ts';
import { Outbox, type Outcome } from './outbox/outbox.ts';
import { mayPass, sendItem } from './outbox/send.ts';
import { kept, shelf } from './outbox/shelf.ts';
import { whoseWas } from './outbox/whose.ts';
import { endedBy, readPush, tagOf, type Push } from './phone/notice.ts';

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: string[];
declare const __BUILD__: string;

const CACHE = `liengia-${__BUILD__}`;
const SHELL = '/';

self.addEventListener('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([SHELL, ...__PRECACHE__].map((path) => new Request(path, { cache: 'no-cache' })));
  };
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith('liengia-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
  event.waitUntil(tidy());
});

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const shell = event.request.mode === 'navigate' && ['/', '/join', '/index.html'].includes(url.pathname);
  if (shell) event.respondWith(fromCache(SHELL, event.request));
  else if (__PRECACHE__.includes(url.pathname)) event.respondWith(fromCache(url.pathname, event.request));
});

async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

type Entry = { id: string; value: unknown };
const words: Record<string, Entry[]> = { vi: entries(vi), en: entries(en), id: entries(id) };

function entries(resource: unknown): Entry[] {
  return (resource as { body: Entry[] }).body;
}

async function language(): Promise<string> {
  return (await kept.get<string>('lang')) ?? 'vi';
}

function word(lang: string, key: string): string {
  return String((words[lang] ?? words.vi!).find((entry) => entry.id === key)?.value ?? '');
}

self.addEventListener('push', (event) => {
  const show = async () => {
    const lang = await language();
    const push = readPush(event.data?.text() ?? '', { title: word(lang, 'sw-title'), body: word(lang, 'sw-body') });
    await self.registration.showNotification(push.title, options(push, lang));
    const standing = await self.registration.getNotifications();
    const ended = endedBy(push, standing.map((one) => one.tag));
    for (const one of standing) if (ended.includes(one.tag)) one.close();
    if (push.alarm && push.loud) await answer(push.alarm, 'delivered', lang).catch(() => undefined);
  };
  event.waitUntil(show());
});

type Action = { action: string; title: string };
type Full = NotificationOptions & { renotify?: boolean; vibrate?: number[]; actions?: Action[]; timestamp?: number };

function options(push: Push, lang: string): Full {
  return {
    body: push.body,
    lang,
    tag: tagOf(push),
    renotify: push.loud,
    requireInteraction: push.loud,
    silent: false,
    vibrate: push.loud ? [500, 500, 500, 500, 500, 1500, 500, 500, 500, 500, 500] : [200],
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    timestamp: push.at,
    actions: push.actions,
    data: { alarm: push.alarm },
  };
}

function answer(alarm: string, what: string, lang: string): Promise<unknown> {
  return send('POST', `/api/alarms/${alarm}/answers`, { body: { answer: what }, key: uuidv7(Date.now()), lang, timeoutMs: 8000 });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const alarm = (event.notification.data as { alarm?: string } | null)?.alarm;
  const react = async () => {
    const opening = openApp(alarm ? `/#/alarm/${alarm}` : '/');
    if (alarm && ['coming', 'cannot', 'safe'].includes(event.action)) {
      person = await whoseWas();
      await outbox.add({ id: uuidv7(Date.now()), kind: 'act', alarm, path: `/api/alarms/${alarm}/answers`, body: { answer: event.action } });
    }
    await opening;
  };
  event.waitUntil(react());
});

async function openApp(url: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((one) => !new URL(one.url).pathname.startsWith('/desk'));
  if (!page) return void (await self.clients.openWindow(url));
  await page.focus().catch(() => undefined);
  await page.navigate(url).catch(() => undefined);
}

/** Who was signed in when it was looked last. */
let person: string | null | undefined;

const outbox = new Outbox({
  shelf,
  whose: () => person,
  now: () => Date.now(),
  passing: mayPass,
  send: async (item) => sendItem(item, await language()),
  tell: (outcome) => void told(outcome),
});

/** A press that was too old to ring by itself: the question goes to the person, wherever the phone lies. */
async function told(outcome: Outcome): Promise<void> {
  if (outcome.item.kind !== 'press' || outcome.is !== 'sent') return;
  const receipt = outcome.answer as { state?: string; joined?: string | null } | null;
  if (receipt?.state !== 'ask_still_burning') return;
  await kept.put('late', { alarm: receipt.joined ?? outcome.item.alarm, pressedAt: outcome.item.madeAt });
  const lang = await language();
  await self.registration.showNotification(word(lang, 'sw-ask-title'), { body: word(lang, 'sw-ask-body'), lang, tag: outcome.item.alarm, requireInteraction: true, icon: '/icons/icon-192.png', data: {} });
}

/** A page that is open sends faster by itself; the worker is for when it is gone. */
const PAGE_FIRST_MS = 2000;

self.addEventListener('sync' as 'message', (event) => {
  const flush = async () => {
    await new Promise((turn) => setTimeout(turn, PAGE_FIRST_MS));
    person = await whoseWas();
    await outbox.flush(true);
    if ((await outbox.pending()).length > 0) throw new Error('not all sent');
  };
  (event as ExtendableEvent).waitUntil(flush());
});
