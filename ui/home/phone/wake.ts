/** Keeps the screen on while an alarm runs. Browsers let go of it whenever the page is hidden, so it is asked for again. */
let wanted = false;
let lock: WakeLockSentinel | null = null;

async function take(): Promise<void> {
  if (!wanted || lock || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
  try {
    lock = await navigator.wakeLock.request('screen');
    lock.addEventListener('release', () => (lock = null));
    if (!wanted) void lock.release();
  } catch {
    lock = null;
  }
}

export function stayAwake(yes: boolean): void {
  wanted = yes;
  if (yes) void take();
  else void lock?.release();
}

export function startWake(): void {
  document.addEventListener('visibilitychange', () => void take());
}
