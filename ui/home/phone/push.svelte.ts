/**
 * Lets this phone be woken when the app is closed. A subscription can hang or be refused, so each step has a time limit and
 * the answer is always one of the words below.
 */
import { api } from '@shared/api/client.ts';

export type Push = 'unsupported' | 'refused' | 'off' | 'on' | 'failed';

const PATIENCE_MS = 10_000;
let state = $state<Push>('off');

export const pushState = (): Push => state;
export const pushIs = (now: Push): Push => (state = now);

export function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

export function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS))]);
}

/** Tells the node where to wake this phone. */
export async function offer(subscription: PushSubscription): Promise<void> {
  const { p256dh = '', auth = '' } = subscription.toJSON().keys ?? {};
  await api.post('/api/push/subscriptions', { body: { endpoint: subscription.endpoint, keys: { p256dh, auth } } });
}

/** What is so now, without asking the person anything. The node wakes a phone for the session that said where: each says so. */
export async function checkPush(): Promise<Push> {
  if (!supported()) return (state = 'unsupported');
  if (Notification.permission === 'denied') return (state = 'refused');
  try {
    const registration = await within(navigator.serviceWorker.ready);
    const subscription = await within(registration.pushManager.getSubscription());
    if (!subscription) return (state = 'off');
    await offer(subscription).catch(() => undefined);
    return (state = 'on');
  } catch {
    return (state = 'off');
  }
}
