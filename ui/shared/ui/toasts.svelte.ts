/** Short messages about what just happened. Bounded: the oldest goes when a fifth comes. */
export type Toast = { id: number; text: string; tone: 'note' | 'fault' | 'ok' };

const MOST = 4;
const SHOWN_MS = 7000;
let next = 1;
const list = $state<Toast[]>([]);

export function toasts(): readonly Toast[] {
  return list;
}

export function dismiss(id: number): void {
  const at = list.findIndex((toast) => toast.id === id);
  if (at >= 0) list.splice(at, 1);
}

// What went wrong on a screen that was left must not lie over the next one's buttons.
if (typeof addEventListener === 'function') {
  addEventListener('hashchange', () => {
    for (const toast of list.filter((one) => one.tone === 'fault')) dismiss(toast.id);
  });
}

/** Shows a message; a fault stays until it is closed or the screen is left, everything else goes by itself. */
export function say(text: string, tone: Toast['tone'] = 'ok'): void {
  if (list.some((toast) => toast.text === text)) return;
  const toast = { id: next++, text, tone };
  list.push(toast);
  while (list.length > MOST) list.shift();
  if (tone !== 'fault') setTimeout(() => dismiss(toast.id), SHOWN_MS);
}
