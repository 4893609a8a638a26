import { languageOf, loadWords } from './languages.ts';

/** Says in the page's language what is said without words to see: of the spinner, of the facade. */
export async function speak(root: ShadowRoot): Promise<void> {
  const language = languageOf(root.host);
  const words = await loadWords(language);
  // Meanwhile it may be another one, which then says it itself.
  if (!words || language !== languageOf(root.host)) return;
  const { loading, play } = words;
  for (const element of root.querySelectorAll('[part=spinner]')) element.ariaLabel = loading;
  for (const element of root.querySelectorAll('[part=facade]')) element.ariaLabel = play;
}
