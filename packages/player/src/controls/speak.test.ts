import { En } from 'media-chrome/dist/lang/en.js';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../messages/languages.ts';
import { DICTIONARIES } from './speak.ts';

describe('DICTIONARIES', () => {
  it('are there for every language that the player speaks', () => {
    expect(Object.keys(DICTIONARIES)).toEqual(Object.keys(LANGUAGES));
  });

  for (const [language, load] of Object.entries(DICTIONARIES)) {
    it(`have every word of media-chrome's in ${language}, with the same places to fill in`, async () => {
      const words = await load();
      const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();
      const faults = Object.keys(En).filter((key) => {
        const word = words[key as keyof typeof En];
        return !word?.trim() || places(word).join() !== places(key).join();
      });
      expect(faults).toEqual([]);
      expect(Object.keys(words).length).toBe(Object.keys(En).length);
    });
  }
});
