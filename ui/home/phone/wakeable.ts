/** Asks to be woken when the app is closed, or no more. Apart from the first load: quiet screens ask it. */
import { api } from '@shared/api/client.ts';
import { checkPush, offer, pushIs, supported, within, type Push } from './push.svelte.ts';

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Asks for permission and subscribes. Call it from a touch. */
export async function turnPushOn(): Promise<Push> {
  if (!supported()) return pushIs('unsupported');
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return pushIs(permission === 'denied' ? 'refused' : 'off');
  try {
    const registration = await within(navigator.serviceWorker.ready);
    const { key } = await api.get('/api/push/key');
    const subscription = await within(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
    await offer(subscription);
    return pushIs('on');
  } catch {
    return pushIs('failed');
  }
}

/** The node wakes this phone no more. */
export async function forgetPush(): Promise<void> {
  try {
    const registration = await within(navigator.serviceWorker.ready);
    const subscription = await within(registration.pushManager.getSubscription());
    if (subscription) await api.delete('/api/push/subscriptions', { body: { endpoint: subscription.endpoint } });
    await subscription?.unsubscribe();
  } catch {
    /* the node removes dead subscriptions by itself */
  }
}

export const turnPushOff = (): Promise<Push> => forgetPush().then(checkPush);
