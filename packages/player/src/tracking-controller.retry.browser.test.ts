import { expect } from '@esm-bundle/chai';
import { ReactiveElement } from '@lit/reactive-element';
import { ATTRIBUTES } from './attributes.ts';
import type { MediaController } from './media-controller.ts';
import type { PlayerHost } from './player-host.ts';
import type * as StartTracking from './start-tracking.ts';
import { TrackingController } from './tracking-controller.ts';
import { CLOCK, next, task, until, VIDEO_ID } from '../testing/player-fixture.ts';
import { scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

/** An element that plays a `<video>` and can have it tracked: a player without everything else. */
class TrackedHost extends ReactiveElement {
  static {
    Object.defineProperties(this.prototype, ATTRIBUTES);
    customElements.define('tracked-host', this);
  }
}

describe('TrackingController whose tracker cannot be loaded', () => {
  let database: ScriptedDatabase;
  let host: TrackedHost & PlayerHost;
  let tracking: TrackingController;
  let isOnline: boolean;
  let codes: string[];
  const { error } = console;

  beforeEach(async () => {
    database = scriptDatabase();
    isOnline = false;
    codes = [];
    console.error = () => {};
    host = document.createElement('tracked-host') as TrackedHost & PlayerHost;
    host.addEventListener('chronos-error', ({ detail }) => codes.push(detail.code));
    const media = Object.assign(document.createElement('video'), { src: CLOCK, muted: true });
    const load = async (): Promise<typeof StartTracking> => {
      if (!isOnline) throw new TypeError('Failed to fetch dynamically imported module');
      return import('./start-tracking.ts');
    };
    const playback = { mounted: { media }, resumeAt: () => {} };
    const controller = { playback, provider: null, video: null } as unknown as MediaController;
    tracking = new TrackingController(host, controller, load);
    Object.assign(host, { videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
    document.body.append(host);
    await until(() => codes.length > 0);
  });
  afterEach(() => {
    tracking.stop('removed');
    host.remove();
    database.restore();
    console.error = error;
  });

  for (const [when, again] of [
    ['the browser is online again', () => window.dispatchEvent(new Event('online'))],
    ['the viewer plays again', () => host.dispatchEvent(new Event('play'))],
  ] as const) {
    it(`tries again when ${when}, as often as it takes, and reports it once`, async () => {
      again();
      await host.updateComplete;
      again();
      await host.updateComplete;
      expect([tracking.session, codes]).to.deep.equal([null, ['tracking-missing']]);
      isOnline = true;
      const started = next(host, 'chronos-sessionstart');
      again();
      const { detail } = await started;
      again();
      await host.updateComplete;
      expect([tracking.session?.id, codes]).to.deep.equal([detail.sessionId, ['tracking-missing']]);
    });
  }

  it('tries no more once there is nothing to track', async () => {
    tracking.stop('removed');
    isOnline = true;
    window.dispatchEvent(new Event('online'));
    host.dispatchEvent(new Event('play'));
    await task();
    expect([tracking.session, database.calls.length]).to.deep.equal([null, 0]);
  });
});
