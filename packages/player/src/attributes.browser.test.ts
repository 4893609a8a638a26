import { expect } from '@esm-bundle/chai';
import { ATTRIBUTES, type PlayerAttributes } from './attributes.ts';
import { CLOCK, mountPlayer, next, parsePlayer, removePlayers, until } from '../testing/player-fixture.ts';

describe('ATTRIBUTES', () => {
  afterEach(removePlayers);

  const examples: {
    readonly [Name in keyof PlayerAttributes]: readonly [value: PlayerAttributes[Name], text: string];
  } = {
    src: ['/a.mp4', '/a.mp4'],
    videoId: ['abc', 'abc'],
    supabaseUrl: ['https://x.supabase.co', 'https://x.supabase.co'],
    supabaseKey: ['key', 'key'],
    courseId: ['c', 'c'],
    moduleId: ['m', 'm'],
    referrerType: ['search', 'search'],
    sessionStart: ['play', 'play'],
    consent: ['required', 'required'],
    resume: ['off', 'off'],
    startTime: [12.5, '12.5'],
    poster: ['/a.webp', '/a.webp'],
    loading: ['lazy', 'lazy'],
    exclusive: ['off', 'off'],
    seek: ['watched', 'watched'],
    maxRate: [1.5, '1.5'],
    autoplay: [true, ''],
    loop: [true, ''],
    controls: [true, ''],
    debug: [true, ''],
    defaultMuted: [true, ''],
    preload: ['none', 'none'],
    playsInline: [true, ''],
    crossOrigin: ['anonymous', 'anonymous'],
    engine: ['mse', 'mse'],
  };

  for (const [name, [value, text]] of Object.entries(examples)) {
    const { attribute } = ATTRIBUTES[name as keyof PlayerAttributes];

    it(`writes the property ${name} to the attribute ${attribute} and reads it from there`, () => {
      const player = document.createElement('chronos-player');
      Reflect.set(player, name, value);
      expect(player.getAttribute(attribute)).to.equal(text);
      const other = document.createElement('chronos-player');
      other.setAttribute(attribute, text);
      expect(Reflect.get(other, name)).to.equal(value);
    });
  }

  it('reads what nobody set as the platform does', () => {
    const { src, preload, crossOrigin, autoplay, startTime, resume } = document.createElement('chronos-player');
    expect({ src, preload, crossOrigin, autoplay, startTime, resume }).to.deep.equal({
      src: '',
      preload: 'metadata',
      crossOrigin: null,
      autoplay: false,
      startTime: null,
      resume: 'on',
    });
  });

  it('reads an unknown word as the default', () => {
    const player = parsePlayer(
      '<chronos-player preload="lots" start-time="soon" session-start="now"></chronos-player>',
    );
    expect([player.preload, player.startTime, player.sessionStart]).to.deep.equal(['metadata', null, 'mount']);
  });

  it('writes no attribute of its own', async () => {
    const player = parsePlayer(`<chronos-player src="${CLOCK}" muted></chronos-player>`);
    await next(player, 'loadeddata');
    await player.play();
    expect(player.getAttributeNames()).to.deep.equal(['src', 'muted']);
  });

  it('takes over what was set before the element was defined', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const page = frame.contentDocument!;
    const early = page.createElement('chronos-player');
    Object.assign(early, { src: CLOCK, volume: 0.25, loop: true });
    // Adopted into a page that knows the element, it is upgraded.
    document.body.append(early);
    customElements.upgrade(early);
    const player = early;
    expect(player.getAttribute('src')).to.equal(CLOCK);
    await next(player, 'loadedmetadata');
    expect([player.nativeVideo?.volume, player.nativeVideo?.loop]).to.deep.equal([0.25, true]);
    player.remove();
    frame.remove();
  });

  it('follows changes while the video is there', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadedmetadata');
    const native = player.nativeVideo!;
    Object.assign(player, {
      loop: true,
      controls: true,
      preload: 'auto',
      poster: '/examples/clips/lesson-poster.webp',
    });
    await player.updateComplete;
    expect([native.loop, native.controls, native.preload]).to.deep.equal([true, true, 'auto']);
    expect(native.getAttribute('poster')).to.equal('/examples/clips/lesson-poster.webp');
    Object.assign(player, { loop: false, controls: false, poster: '' });
    await player.updateComplete;
    expect([native.loop, native.controls, native.poster]).to.deep.equal([false, false, '']);
    expect(player.nativeVideo).to.equal(native);
  });

  it('mutes and unmutes with the muted attribute', async () => {
    const player = mountPlayer({ src: CLOCK });
    await next(player, 'loadedmetadata');
    player.removeAttribute('muted');
    expect([player.muted, player.nativeVideo?.muted]).to.deep.equal([false, false]);
    player.setAttribute('muted', '');
    expect([player.muted, player.nativeVideo?.muted]).to.deep.equal([true, true]);
  });

  it('passes tracks on, and those that come later', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted>
        <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English" default>
      </chronos-player>`);
    await next(player, 'loadedmetadata');
    expect([...player.textTracks].map(({ kind, language, label }) => [kind, language, label])).to.deep.equal([
      ['captions', 'en', 'English'],
    ]);
    // WebKit shows a default track to who asked his system for captions.
    player.textTracks[0]!.mode = 'showing';
    await until(() => player.textTracks[0]?.cues?.length);
    player.append(
      Object.assign(document.createElement('track'), { kind: 'chapters', src: '/examples/clips/lesson.chapters.vtt' }),
    );
    await until(() => player.textTracks.length === 2);
    expect(player.textTracks[1]?.kind).to.equal('chapters');
  });
});
