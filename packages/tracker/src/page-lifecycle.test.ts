import { describe, expect, it } from 'vitest';
import { fakePage } from '../testing/fake-page.ts';
import { watchPageLifecycle } from './page-lifecycle.ts';

function setUp() {
  const { page, view, document } = fakePage();
  const said: string[] = [];
  const abort = new AbortController();
  const say = (word: string) => () => void said.push(word);
  watchPageLifecycle({
    view: page,
    signal: abort.signal,
    onHidden: say('hidden'),
    onVisible: say('visible'),
    onPageEnd: ({ persisted }) => said.push(persisted ? 'kept' : 'ended'),
    onResume: say('resume'),
    onOnline: say('online'),
  });
  const events = {
    hide: () => (Object.assign(document, { hidden: true }), document.dispatchEvent(new Event('visibilitychange'))),
    show: () => (Object.assign(document, { hidden: false }), document.dispatchEvent(new Event('visibilitychange'))),
    freeze: () => document.dispatchEvent(new Event('freeze')),
    resume: () => document.dispatchEvent(new Event('resume')),
    on: (type: string, persisted?: boolean) => view.dispatchEvent(Object.assign(new Event(type), { persisted })),
  };
  return { said, abort, events };
}

describe('watchPageLifecycle', () => {
  it('tells hidden, shown, frozen, resumed, kept, back, ended and online apart', () => {
    const { said, events } = setUp();
    events.hide();
    events.show();
    events.freeze();
    events.resume();
    events.on('pagehide', true);
    events.on('pageshow', true);
    events.on('pageshow', false);
    events.on('online');
    events.on('pagehide', false);
    expect(said).toEqual(['hidden', 'visible', 'hidden', 'resume', 'kept', 'resume', 'online', 'ended']);
  });

  it('listens to no unload, which would keep the page out of the back/forward cache', () => {
    const { said, events } = setUp();
    events.on('unload');
    events.on('beforeunload');
    expect(said).toEqual([]);
  });

  it('is silent after its signal', () => {
    const { said, abort, events } = setUp();
    abort.abort();
    events.hide();
    events.on('pagehide', false);
    events.on('online');
    expect(said).toEqual([]);
  });
});
