import type { TranslateDictionary } from 'media-chrome/dist/lang/en.js';
import { addTranslation, setLanguage } from 'media-chrome/dist/utils/i18n.js';
import { languageOf } from '../messages/languages.ts';

/** Media-chrome's own words, and ours where it has none. Importing one of its files makes it known. */
export const DICTIONARIES: Readonly<Record<string, () => Promise<Partial<TranslateDictionary>>>> = {
  de: async () => (await import('media-chrome/dist/lang/de.js')).De,
  es: async () => (await import('media-chrome/dist/lang/es.js')).Es,
  fr: async () => (await import('media-chrome/dist/lang/fr.js')).Fr,
  ja: async () => (await import('./ja.ts')).JA,
  pt: async () => (await import('media-chrome/dist/lang/pt.js')).Pt,
};

/**
 * Makes the controls speak the page's language, and answers which. Media-chrome has one language at a time for the whole page:
 * the last player to show its controls decides what is said from then on.
 */
export async function speak(host: Element): Promise<string> {
  const name = languageOf(host).split('-')[0]?.toLowerCase() ?? '';
  const dictionary = await DICTIONARIES[name]?.().catch(() => undefined);
  if (dictionary) addTranslation(name, dictionary);
  const language = dictionary ? name : 'en';
  setLanguage(language);
  return language;
}
