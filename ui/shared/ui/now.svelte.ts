/** The present moment for screens: one clock for the page, started by the first screen that reads it, ticking once a second. */
let ms = $state(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970. In a screen it renews by itself every second. */
export function now(): number {
  timer ??= setInterval(() => (ms = Date.now()), 1000);
  return ms;
}
