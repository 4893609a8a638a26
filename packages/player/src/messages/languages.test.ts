import { describe, expect, it } from 'vitest';
import { EN } from './en.ts';
import { EN_MARKS } from './en-marks.ts';
import { LANGUAGES, loadWords } from './languages.ts';

const ENGLISH = { ...EN, ...EN_MARKS };

describe('LANGUAGES', () => {
  it('are five beside English', () => {
    expect(Object.keys(LANGUAGES)).toEqual(['de', 'es', 'fr', 'ja', 'pt']);
  });

  for (const [language, load] of Object.entries(LANGUAGES)) {
    it(`has every word in ${language} and none left in English`, async () => {
      const { words } = await load();
      expect(Object.keys(words).toSorted()).toEqual(Object.keys(ENGLISH).toSorted());
      const faults = Object.entries(words).filter(([key, word]) => {
        const english = ENGLISH[key as keyof typeof ENGLISH];
        // What is a sentence is one in every language.
        const isSentence = /[.?。？]$/.test(word);
        return word !== word.trim() || word === english || isSentence !== /[.?]$/.test(english);
      });
      expect(faults).toEqual([]);
    });
  }
});

describe('loadWords', () => {
  it('knows a language by its first subtag, however it is written', async () => {
    for (const language of ['pt', 'pt-BR', 'PT-br', 'pt-Latn-BR']) {
      expect((await loadWords(language))?.play).toBe('Reproduzir');
    }
  });

  it('leaves it to English where the language is English, unknown or none', async () => {
    for (const language of ['en', 'en-GB', 'tlh', '', 'constructor', '__proto__']) {
      expect(await loadWords(language)).toBe(null);
    }
  });
});
