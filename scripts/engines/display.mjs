import { spawn } from 'node:child_process';
import { findProgram } from './find-program.mjs';

/**
 * A display nobody sees, for browsers that have no headless mode; this machine's own where Xvfb is not installed.
 *
 * @returns {Promise<{ name: string | undefined, close: () => Promise<void> }>}
 */
export async function startDisplay() {
  const xvfb = findProgram('Xvfb');
  if (!xvfb) return { name: process.env.DISPLAY, close: async () => {} };
  // It looks for a free number itself and writes it to the third descriptor once it is ready.
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const child = spawn(xvfb, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const end = () => child.kill();
  process.once('exit', end);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const number = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code} before it had a display.`)));
    child.stdio[3].once('data', (data) => resolve(String(data).trim()));
  });
  return {
    name: `:${number}`,
    async close() {
      process.off('exit', end);
      end();
      await ended;
    },
  };
}
