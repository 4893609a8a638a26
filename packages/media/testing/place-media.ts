import type { Media } from '../src/media.ts';
import {
  DEFAULT_SETTINGS,
  type MediaProvider,
  type MediaSettings,
  type MountedMedia,
  type MountMedia,
} from '../src/provider.ts';
import { untilState } from './until.ts';

/** Mounts what a provider's own grammar reads. Throws for what it refuses: the test is wrong then. */
export function createMount({ parse }: MediaProvider, mount: MountMedia) {
  return (src: string, settings: MediaSettings = DEFAULT_SETTINGS): MountedMedia => {
    const source = parse(src);
    if (!source) throw new Error(`The grammar refuses ${src}.`);
    return mount(source, settings);
  };
}

/** For one `describe`: puts media into the page, muted, and takes them out after each test. */
export function createPlace(mount: (src: string, settings: MediaSettings) => MountedMedia) {
  const mounted: MountedMedia[] = [];
  afterEach(() => {
    for (const { destroy } of mounted.splice(0)) destroy();
  });
  return (src: string, settings: Partial<MediaSettings> = {}): MountedMedia => {
    const one = mount(src, { ...DEFAULT_SETTINGS, muted: true, ...settings });
    mounted.push(one);
    document.body.append(one.element);
    return one;
  };
}

/** Plays, and waits until the playhead is beyond so many seconds. */
export async function plays(media: Media, beyond = 0.3): Promise<void> {
  await media.play();
  await untilState(media, ({ currentTime, paused }) => !paused && currentTime > beyond);
}
