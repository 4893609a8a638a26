import type { Words } from './en.ts';

/** Other languages than English, by their first subtag, each in a file of its own. */
export const LANGUAGES: Readonly<Record<string, () => Promise<{ readonly words: Words }>>> = {
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  fr: () => import('./fr.ts'),
  ja: () => import('./ja.ts'),
  pt: () => import('./pt.ts'),
};

/**
 * The language that the page has for this element: the nearest `lang` around it, through shadow trees; where nobody says,
 * the browser's own.
 */
export function languageOf(element: Element): string {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as ShadowRoot).host) {
    const named = at.closest<HTMLElement>('[lang]');
    if (named) return named.lang;
  }
  return navigator.language;
}

/** The words of a language (BCP 47), `null` for English and for what is not there or could not be loaded: then it is English. */
export async function loadWords(language: string): Promise<Words | null> {
  const name = language.split('-')[0]?.toLowerCase() ?? '';
  const load = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined;
  return load
    ? load().then(
        ({ words }) => words,
        () => null,
      )
    : null;
}
