import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What was written. */
interface StoredFile {
  readonly version: string;
  readonly bytes: number;
  /** Of its content, in quotes as HTTP has it. */
  readonly etag: string;
}

/** The bytes of stored objects, one file each, by a version that no two writes share. */
export interface Files {
  /**
   * Takes a body whole or not at all.
   *
   * @throws TooLarge beyond `maxBytes`.
   */
  write(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<StoredFile>;
  /** From the byte `start` to `end`, both included. */
  read(version: string, range: { readonly start: number; readonly end: number }): ReadableStream<Uint8Array>;
  remove(version: string): Promise<void>;
  /** Gives up what was only for this process. */
  close(): Promise<void>;
}

export class TooLarge extends Error {}

const VERSION = /^[\da-f-]{36}$/;

/** @param folder where they are kept; without one in a temporary folder that goes with {@link Files.close}. */
export function openFiles(folder?: string): Files {
  let opened: Promise<string> | undefined;
  const open = (): Promise<string> =>
    (opened ??= folder
      ? mkdir(folder, { recursive: true }).then(() => folder)
      : mkdtemp(join(tmpdir(), 'chronos-storage-')));
  const pathOf = (home: string, version: string): string => {
    if (!VERSION.test(version)) throw new TypeError('A version is a uuid.');
    return join(home, version);
  };
  return {
    async write(body, maxBytes) {
      const home = await open();
      const version = randomUUID();
      const draft = `${pathOf(home, version)}.part`;
      const hash = createHash('md5');
      let bytes = 0;
      const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
          bytes += chunk.byteLength;
          if (bytes > maxBytes) throw new TooLarge();
          hash.update(chunk);
          yield chunk;
        }
      };
      try {
        await pipeline(body ? Readable.fromWeb(body as never) : Readable.from([]), counted, createWriteStream(draft));
        await rename(draft, pathOf(home, version));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      return { version, bytes, etag: `"${hash.digest('hex')}"` };
    },
    read(version, { start, end }) {
      const reading = async function* (): AsyncGenerator<Uint8Array> {
        yield* createReadStream(pathOf(await open(), version), { start, end });
      };
      return Readable.toWeb(Readable.from(reading())) as ReadableStream<Uint8Array>;
    },
    async remove(version) {
      await rm(pathOf(await open(), version), { force: true });
    },
    async close() {
      if (!folder && opened) await rm(await opened, { recursive: true, force: true });
    },
  };
}
