/** The service worker: opens the app offline, shows alarms when it is closed, sends what waits. */
import { kept } from '../outbox/shelf.ts';

/** The worker has no page to ask, so the chosen language is left where it finds it. */
export function rememberLang(lang: string): void {
  void kept.put('lang', lang);
}

/** Registers the worker, and lets a new version take over while nobody looks and nothing burns. */
export function startWorker(mayReload: () => boolean): void {
  if (!('serviceWorker' in navigator)) return;
  let reloading = false;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne && !reloading) {
      reloading = true;
      location.reload();
    }
  });
  void navigator.serviceWorker.register('/sw.js').then((registration) => {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && mayReload()) registration.waiting?.postMessage('take-over');
      if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
    });
  }, () => undefined);
}
