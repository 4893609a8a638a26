import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { startDisplay } from './display.mjs';
import { findWebKit } from './find-webkit.mjs';

/** The driver answers 20 ms after its start; a machine at work may need longer. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 50;

/**
 * WebKitGTK's MiniBrowser by WebDriver. Every page is a browser of its own: one WebKitWebDriver holds one session, and
 * what shares a session shares storage.
 *
 * @see https://www.w3.org/TR/webdriver2/
 */
export const webkitEngine = {
  name: 'WebKit',
  async start(options) {
    const { driver, browser, missing } = findWebKit();
    if (missing) throw new Error(missing);
    const display = await startDisplay();
    return {
      open: (url) => openPage(url, { driver, browser, display: display.name, ...options }),
      close: display.close,
    };
  },
};

async function openPage(url, { driver, browser, display, proxy, allowAutoplay }) {
  const port = await findFreePort();
  // A process group of its own, so that all that the browser started can be ended at once.
  const child = spawn(driver, [`--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11' },
  });
  const end = () => endGroup(child);
  process.once('exit', end);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  try {
    const call = createClient(`http://127.0.0.1:${port}`);
    const args = [
      '--automation',
      '--ignore-tls-errors',
      `--proxy=${proxy}`,
      '--ignore-host=localhost',
      '--ignore-host=127.0.0.1',
      `--autoplay-policy=${allowAutoplay ? 'allow' : 'allow-without-sound'}`,
    ];
    const capabilities = { pageLoadStrategy: 'none', 'webkitgtk:browserOptions': { binary: browser, args } };
    const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: capabilities } });
    await call('POST', `/session/${sessionId}/url`, { url });
    return {
      getUrl: () => call('GET', `/session/${sessionId}/url`),
      async close() {
        await call('DELETE', `/session/${sessionId}`).catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One command of the protocol; the first waits until the driver listens. */
function createClient(address) {
  return async function call(method, path, body) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const response = await fetch(address + path, { method, signal, body: body && JSON.stringify(body) });
        const { value } = await response.json();
        if (!response.ok) throw new Error(`WebKitWebDriver says ${value?.error}: ${value?.message}`);
        return value;
      } catch (error) {
        if (error.cause?.code !== 'ECONNREFUSED' || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
}

function endGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
