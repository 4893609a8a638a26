import { expect } from '@esm-bundle/chai';
import { mountPlayer, panelText, part, removePlayers, until } from '../../testing/player-fixture.ts';
import { LANGUAGES, languageOf, loadWords } from './languages.ts';

describe('languageOf', () => {
  const pageLanguage = document.documentElement.lang;
  afterEach(() => {
    document.documentElement.lang = pageLanguage;
    document.body.replaceChildren();
  });

  it('is the nearest around an element, through shadow trees', () => {
    document.documentElement.lang = 'fr';
    const host = document.body.appendChild(document.createElement('div'));
    const inner = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('p'));
    expect(languageOf(inner)).to.equal('fr');
    host.lang = 'ja';
    expect(languageOf(inner)).to.equal('ja');
    inner.lang = 'de-AT';
    expect(languageOf(inner)).to.equal('de-AT');
  });

  it('is the browser’s own where nobody says', () => {
    document.documentElement.removeAttribute('lang');
    expect(languageOf(document.body)).to.equal(navigator.language);
  });
});

describe('ChronosPlayer', () => {
  const pageLanguage = document.documentElement.lang;
  afterEach(async () => {
    await removePlayers();
    document.documentElement.lang = pageLanguage;
  });

  for (const language of Object.keys(LANGUAGES)) {
    it(`speaks ${language} where the page does`, async () => {
      document.documentElement.lang = language;
      const words = (await loadWords(language))!;
      const failed = mountPlayer({ src: '/nowhere.mp4' });
      expect(await panelText(failed)).to.equal(`${words.notFound}\n${words.tryAgain}`);
      const facade = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ' });
      await until(() => part(facade, 'facade')?.ariaLabel === words.play);
      expect(facade.shadowRoot!.querySelector('[part=spinner]')!.ariaLabel).to.equal(words.loading);
    });
  }

  it('speaks its own language rather than the page’s', async () => {
    document.documentElement.lang = 'de';
    const player = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ' });
    await until(() => part(player, 'facade')?.ariaLabel === 'Abspielen');
    const labels: unknown[] = [];
    for (const language of ['es-MX', 'fr', 'ja']) {
      const before = part(player, 'facade')!.ariaLabel;
      player.lang = language;
      // It looks whenever something of it changes.
      player.requestUpdate();
      await until(() => part(player, 'facade')!.ariaLabel !== before);
      labels.push(part(player, 'facade')!.ariaLabel);
    }
    expect(labels).to.deep.equal(['Reproducir', 'Lire', '再生']);
  });
});
