import { ENGINE } from '@chronos-player/media/testing';
import { expect } from '@esm-bundle/chai';
import { ChronosPlayer } from './chronos-player.ts';
import type { PlayerVideo } from './read-player-video.ts';
import { CLOCK, mountPlayer, parsePlayer, removePlayers, task, until, VIDEO_ID } from '../testing/player-fixture.ts';
import { describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

const HACK = 'top.isHacked=parent.isHacked=true';
/** Each would run where it becomes markup, an address that is navigated to, or code. */
const CORPUS: readonly string[] = [
  `<img src="/x" onerror="${HACK}">`,
  `"><img src="/x" onerror="${HACK}">`,
  `'><svg onload="${HACK}">`,
  `</style></title></textarea></template><img src="/x" onerror="${HACK}">`,
  `<iframe srcdoc="<script>${HACK}</script>"></iframe>`,
  `<track onerror="${HACK}"><video src="/x" onerror="${HACK}"></video>`,
  `x" autofocus tabindex="0" onfocus="${HACK}" y="`,
  `javascript:${HACK}`,
  ` \u0001java\nscript:${HACK}//https://youtu.be/aqz-KE-bpKQ`,
  `data:text/html,<script>${HACK}</script>`,
  `https://www.youtube.com/embed/aqz-KE-bpKQ"onload="${HACK}`,
  `https://www.loom.com/share/${'0'.repeat(32)}"srcdoc="<script>${HACK}</script>`,
  `url("javascript:${HACK}")}*{background:url(/x)}`,
  `constructor`,
  `__proto__`,
];

/** Everything the player's own tree is made of. */
const OWN_ELEMENTS =
  'button canvas details div dl dd dt iframe img link p path pre rect section slot span summary svg track video'.split(
    ' ',
  );

describe('ChronosPlayer, given hostile text,', () => {
  let database: ScriptedDatabase;

  beforeEach(() => {
    database = scriptDatabase();
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
    Reflect.deleteProperty(window, 'isHacked');
  });

  it('would be found out by this test, were it careless', async () => {
    const careless = document.createElement('div');
    careless.innerHTML = CORPUS[0]!;
    await until(() => 'isHacked' in window);
    expect(findFaults(careless)).to.deep.equal(['img has onerror']);
  });

  for (const attribute of ChronosPlayer.observedAttributes) {
    it(`neither runs it nor makes markup of it: ${attribute}`, async () => {
      for (const text of CORPUS) {
        const said = attribute === 'src' ? {} : { src: CLOCK, preload: 'none' };
        const written = Object.entries({ ...said, [attribute]: text });
        const quote = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
        const markup = written.map(([name, value]) => `${name}="${quote(value)}"`).join(' ');
        expect(await findHarm(parsePlayer(`<chronos-player ${markup}></chronos-player>`)), text).to.deep.equal([]);
        await removePlayers();
      }
    });
  }

  const fields: Readonly<Record<string, (text: string) => Partial<Record<keyof PlayerVideo, unknown>>>> = {
    src: (text) => ({ src: text }),
    title: (text) => ({ title: text }),
    poster: (text) => ({ poster: text }),
    'a caption’s label': (text) => ({ captions: [{ src: CLOCK, srclang: 'en', label: text }] }),
    'a caption’s language': (text) => ({ captions: [{ src: CLOCK, srclang: text, label: 'English' }] }),
    'a caption’s address': (text) => ({ captions: [{ src: text, srclang: 'en', label: 'English' }] }),
    'a chapter’s title': (text) => ({ chapters: [{ start_ms: 0, end_ms: 1000, title: text }] }),
    'kind of source': (text) => ({ source_type: text }),
    'accepted evidence': (text) => ({ accepted_evidence: [text] }),
  };

  for (const [field, write] of Object.entries(fields)) {
    it(`neither runs it nor makes markup of it, from the database: ${field}`, async () => {
      for (const text of CORPUS) {
        database.answer('get_player_video', describeVideo(write(text) as Partial<PlayerVideo>));
        const player = mountPlayer({ videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
        await until(() => player.nativeVideo ?? player.matches(':state(error), :state(facade)'));
        expect(await findHarm(player), text).to.deep.equal([]);
        await removePlayers();
      }
    });
  }

  it('neither runs it nor makes markup of it: cues', async () => {
    const cues = CORPUS.map((text, index) => `00:${10 + index}.000 --> 00:59.000\n${text.replaceAll(/\s+/g, ' ')}`);
    const src = URL.createObjectURL(new Blob([`WEBVTT\n\n${cues.join('\n\n')}\n`], { type: 'text/vtt' }));
    const player = parsePlayer(
      `<chronos-player src="${CLOCK}" muted><track src="${src}" default kind="captions" label="x"></chronos-player>`,
    );
    await until(() => player.nativeVideo?.textTracks[0]);
    // WebKit shows a default track to who asked his system for captions.
    if (ENGINE === 'webkit') player.nativeVideo!.textTracks[0]!.mode = 'showing';
    await until(() => (player.nativeVideo?.textTracks[0]?.cues?.length ?? 0) >= CORPUS.length);
    await player.play();
    player.currentTime = 26;
    await until(() => player.nativeVideo!.textTracks[0]!.activeCues!.length === CORPUS.length);
    expect(await findHarm(player), 'cues').to.deep.equal([]);
    URL.revokeObjectURL(src);
  });
});

/** Once everything is done with a text, and what might have been made of it has had time to fail and to run. */
async function findHarm(player: ChronosPlayer): Promise<string[]> {
  await player.updateComplete;
  await task();
  await player.updateComplete;
  // A picture that is made now fails after all that were made before.
  await new Promise((resolve) => Object.assign(new Image(), { onerror: resolve, src: '/x' }));
  return ['isHacked' in window ? 'it ran' : [], findFaults(player.shadowRoot!)].flat();
}

/** What must not be in a tree that was made of text. */
function findFaults(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => [
    ...(OWN_ELEMENTS.includes(element.localName) ? [] : [`a ${element.localName}`]),
    ...[...element.attributes]
      .filter(({ name }) => name.startsWith('on') || name === 'srcdoc' || name === 'style')
      .map(({ name }) => `${element.localName} has ${name}`),
    ...['src', 'href']
      .filter((name) => element.localName !== 'img' && isUnsafe(element.getAttribute(name)))
      .map((name) => `${element.localName} has ${name}=${element.getAttribute(name)}`),
  ]);
}

function isUnsafe(address: string | null): boolean {
  if (address === null || !URL.canParse(address, document.baseURI)) return false;
  return !['http:', 'https:', 'blob:'].includes(new URL(address, document.baseURI).protocol);
}
