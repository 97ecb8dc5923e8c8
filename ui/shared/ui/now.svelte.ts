/** The present moment for screens: ticks once a second while somebody reads it. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970. In a screen it renews by itself every second. */
export function now(): number {
  subscribe();
  return Date.now();
}
