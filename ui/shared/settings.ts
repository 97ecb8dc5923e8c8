/**
 * Small choices that belong to this device: language, theme, sound. Kept in localStorage, and forgotten without
 * complaint where the browser forbids it.
 */
export type Setting = 'lang' | 'theme' | 'install-hint';

export function kept(name: Setting): string | null {
  try {
    return localStorage.getItem(`liengia.${name}`);
  } catch {
    return null;
  }
}

export function keep(name: Setting, value: string): void {
  try {
    localStorage.setItem(`liengia.${name}`, value);
  } catch {
    /* a private window: the choice lasts as long as the page */
  }
}

export type Theme = 'auto' | 'light' | 'dark';

/** Puts the chosen theme on the page; `auto` follows the device. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
}

export function chosenTheme(): Theme {
  const value = kept('theme');
  return value === 'light' || value === 'dark' ? value : 'auto';
}

export function setTheme(theme: Theme): void {
  keep('theme', theme);
  applyTheme(theme);
}
