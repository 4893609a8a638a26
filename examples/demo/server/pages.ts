import type { LocalBackend } from '@chronos-player/local';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type Connect, type ViteDevServer } from 'vite';
import type { DemoConfig, Embeds } from '../pages/demo-backend.ts';
import { SEEDED } from './seeded.ts';
import { serveClips } from './serve-clips.ts';
import { addEmbeds, openStandIns } from './stand-ins.ts';

/** The demo's web server. */
export interface Pages {
  /** `http://localhost:5173` */
  readonly url: string;
  /** Tells the pages where the backend is; until then they wait. */
  serve(backend: LocalBackend): void;
  close(): Promise<void>;
}

/** What the player loads to play what others serve. */
const VENDORS_CODE = [
  '@mux/mux-player',
  '@vimeo/player/dist/player.es.js',
  'hls.js',
  'hls.js/light',
  'wistia-video-element',
  'youtube-player',
];
const DEMO = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOT = dirname(dirname(DEMO));
const MEDIA_CHROME = join(ROOT, 'packages/player/node_modules/media-chrome');
/** Of the creator's token in the page. */
const TOKEN_SECONDS = 900;

/**
 * Serves the pages, straight from their sources.
 *
 * @param port 0 takes any free one.
 * @throws Error with a sentence to act on when the port is taken.
 */
export async function openPages(port: number): Promise<Pages> {
  if (port !== 0 && (await isTaken(port))) throw portTaken(port);
  let begin: (backend: LocalBackend) => void = () => undefined;
  const started = new Promise<LocalBackend>((resolve) => (begin = resolve));
  const standIns = await openStandIns();
  const embeds = started.then((backend) => addEmbeds(backend, standIns));
  const config: Connect.SimpleHandleFunction = (_request, response) => {
    void started.then(async (backend) => answerJson(response, await describeBackend(backend, await embeds)));
  };
  const server = await createServer(viteConfig(port, config));
  await server.listen().catch((error: Error) => {
    // Somebody was quicker between the question and now.
    throw error.message.includes('in use') ? portTaken(port) : error;
  });
  const url = (server.resolvedUrls?.local[0] ?? `http://localhost:${port}`).replace(/\/$/, '');
  return {
    url,
    serve: begin,
    async close() {
      standIns.close();
      await server.close();
    },
  };
}

function viteConfig(port: number, config: Connect.SimpleHandleFunction): Parameters<typeof createServer>[0] {
  return {
    configFile: false,
    root: join(DEMO, 'pages'),
    cacheDir: join(DEMO, 'node_modules/.vite'),
    logLevel: 'warn',
    clearScreen: false,
    // What is no page is not found, rather than the first page.
    appType: 'mpa',
    // A demo, not a workbench: nothing watches files, nothing reloads by itself, not even when this server is started anew.
    server: {
      port,
      strictPort: true,
      host: 'localhost',
      hmr: false,
      ws: false,
      watch: null,
      cors: false,
      // The sources and nothing beside them: the data folder holds the keys to everything.
      fs: { allow: ['packages', 'examples', 'node_modules'].map((folder) => join(ROOT, folder)) },
    },
    // `production` for Lit, whose development build talks in the console.
    resolve: {
      conditions: ['source', 'production', 'module', 'browser'],
      // As the player has it: its modules as they are, loaded when somebody comes near a player, and whole for mux-player.
      alias: [{ find: /^media-chrome(?=$|\/)/, replacement: MEDIA_CHROME }],
    },
    // Named, so that none is discovered while the page loads, which would load it twice.
    optimizeDeps: {
      include: [
        'lit',
        '@supabase/supabase-js',
        '@chronos-player/player > @lit/reactive-element',
        ...VENDORS_CODE.map((name) => `@chronos-player/player > @chronos-player/media > ${name}`),
      ],
    },
    plugins: [
      {
        name: 'chronos-demo',
        configureServer({ middlewares }: ViteDevServer) {
          middlewares.use('/config.json', config);
          middlewares.use('/@vite/client', answerNoClient);
          middlewares.use('/clips', (request, response, next) => void serveClips(request, response, next));
        },
      },
    ],
  };
}

/** In place of Vite's client, which would reload the page whenever this server comes back, and stop the video. */
function answerNoClient(_request: Connect.IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'text/javascript');
  // Where an address is computed, Vite's own code asks for this part of it.
  response.end('export const injectQuery = (address) => address;');
}

function answerJson(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(body));
}

async function describeBackend({ url, publishableKey, mintToken }: LocalBackend, embeds: Embeds): Promise<DemoConfig> {
  const expires = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  return {
    supabaseUrl: url,
    publishableKey,
    videos: { lesson: SEEDED.lesson },
    embeds,
    // Only because this is a demo on localhost: a creator's token never belongs into a viewer's page.
    creatorToken: await mintToken({ sub: SEEDED.creatorUser, exp: expires }),
  };
}

/** Asked on both of localhost's addresses: a server on the other one would get half of the visitors. */
async function isTaken(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => doesAnswer(host, port)));
  return answers.includes(true);
}

function doesAnswer(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
      .on('connect', () => resolve(true))
      .on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function portTaken(port: number): Error {
  return new Error(
    `Port ${port} is taken. Stop the program that uses it (perhaps another demo), or choose another port: npm start -- --port ${port + 1}`,
  );
}

/** What the terminal says once everything runs. */
export function describePages(url: string, backend: LocalBackend, tookMs: number): string {
  const { location, isNew, publishableKey } = backend;
  return `
  Chronos Player is ready after ${(tookMs / 1000).toFixed(1)} s.

    ${url}                    the lesson, and what the database knows about it
    ${url}/embeds.html        the same for every source, the services' played by stand-ins on this machine
    ${url}/bare-video.html    the same for a plain <video>
    ${url}/controls.html      the player's own controls, over a file and over HLS

  Try: play, then jump to the end: a seek completes nothing.
       Cut the network by the button, and see the outbox catch up.
       Close the tab and come back: the lesson goes on where you left it.

  Backend: ${backend.url}, publishable key ${publishableKey}
  Data: ${location}${isNew ? ' (new)' : ''}.${location.startsWith('postgres') ? '' : ' Begin anew with npm start -- --fresh'}
  Stop: Ctrl+C
`;
}
