/** Which screen: the part of the address after `#/`, so that the app needs one page from the node and works offline. */
let parts = $state<string[]>(read());

function read(): string[] {
  const hash = typeof location === 'undefined' ? '' : location.hash;
  return hash.startsWith('#/') ? hash.slice(2).split('/').filter(Boolean).map(decodeURIComponent) : [];
}

export function startRouter(): void {
  addEventListener('hashchange', () => (parts = read()));
}

/** `['alarm', '0190…']` for `#/alarm/0190…`; empty for the first screen. */
export const route = (): readonly string[] => parts;

export function go(path: string): void {
  location.hash = '/' + path;
}

/** Goes to a screen without leaving the present one in the history. */
export function replace(path: string): void {
  history.replaceState(null, '', '/#/' + path);
  parts = read();
}
