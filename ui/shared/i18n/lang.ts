/** The languages of the program, the first being the default. */
export const LANGS = ['vi', 'en', 'id'] as const;
export type Lang = (typeof LANGS)[number];

/** Each language under its own name, so that it can be found by whoever landed in the wrong one. */
export const LANG_NAMES: Record<Lang, string> = { vi: 'Tiếng Việt', en: 'English', id: 'Bahasa Indonesia' };

export function isLang(value: unknown): value is Lang {
  return LANGS.includes(value as Lang);
}

/** What the person chose before, else Vietnamese. The browser's own language is not asked: cheap phones ship in English. */
export function chosenLang(stored: string | null): Lang {
  return isLang(stored) ? stored : 'vi';
}
