/** Which screen: the part of the address after `#/`. */
let parts = $state<string[]>(read());

function read(): string[] {
  const hash = typeof location === 'undefined' ? '' : location.hash;
  return hash.startsWith('#/') ? hash.slice(2).split('/').filter(Boolean).map(decodeURIComponent) : [];
}

export function startRouter(): void {
  addEventListener('hashchange', () => (parts = read()));
}

/** `['homes', '0190…']` for `#/homes/0190…`; empty for the first screen. */
export const route = (): readonly string[] => parts;

export function go(path: string): void {
  location.hash = '/' + path;
}
