import type { EmbedListener, EmbedReport } from '../src/embed.ts';
import { EmbedPlayer } from '../src/embed-player.ts';
import type { MediaEventName } from '../src/media.ts';

export type { EmbedReport, EmbedWord } from '../src/embed.ts';

/** The vendor's side of an embed, as a test plays it. */
export interface EmbedScript {
  /** Whatever is asked for, as often as the base asks. */
  readonly read: () => EmbedReport;
  /** The only rates, ascending; null: any. */
  readonly rates: readonly number[] | null;
  /** What the embed says, in this order. */
  readonly tell: (...events: readonly MediaEventName[]) => void;
}

/** What all embeds share, over a vendor that a test plays. */
export interface ScriptedEmbed {
  readonly player: EmbedPlayer;
  /** The vendor says something unasked. */
  report(report: EmbedReport): void;
}

/**
 * The embed base without a browser, its timers and its clock being the globals' of the moment. It tells within the call that
 * causes it; `EmbedMedia` tells the same a microtask later, and so could not let an hour pass in one go.
 */
export function scriptEmbed({ read, rates, tell }: EmbedScript): ScriptedEmbed {
  const nothing = (): void => {};
  const heard: EmbedListener[] = [];
  const player = new EmbedPlayer(
    {
      vendor: {
        createFrame: () => Object.assign(new EventTarget(), { remove: nothing }) as unknown as HTMLIFrameElement,
        connect: (_, listener) => heard.push(listener),
        rates,
      },
      box: { replaceChildren: nothing } as unknown as HTMLElement,
      settings: { autoplay: false, muted: false, loop: false },
      startTime: 0,
      endTime: Number.POSITIVE_INFINITY,
      onRefined: nothing,
    },
    tell,
  );
  const commands = { play: nothing, pause: nothing, seek: nothing, setRate: nothing, setVolume: nothing };
  heard[0]?.ready({ ...commands, setMuted: nothing, read });
  return { player, report: (report) => heard.at(-1)?.report(report) };
}
