import { constants } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lineOf, parseLine } from './offline-file-lines.ts';
import type { OfflineRecord, OfflineStore } from './offline-store.ts';
import { checkPositive } from './option-checks.ts';

/** Options of {@link createFileOfflineStore}. */
export interface FileOfflineStoreOptions {
  /** The file; its folder must be there. One process and one queue a file. */
  readonly path: string;
  /** The file is written anew when it is larger than this and mostly holds what is gone, in bytes. Default 1 MiB. */
  readonly compactBytes?: number;
}

/** A store in a file. */
export interface FileOfflineStore<P> extends OfflineStore<P> {
  /** Lines that were found spoilt by the last `load`, beside one that a kill cut off at the end. They are left out. */
  readonly spoiltLines: number;
  /** Closes the file. */
  close(): Promise<void>;
}

/** Default of {@link FileOfflineStoreOptions.compactBytes}. */
export const fileOfflineStoreDefaults = { compactBytes: 1_024 * 1_024 } as const;

const NEWLINE = 0x0a;

/**
 * A file of JSON lines: `{"keep":record}` and `{"drop":[keys]}`, in the order in which they happened. What is written is
 * synced to the disk before it counts, so it outlives a kill and a power cut; a line that was cut off is cut away. Written
 * anew beside and moved into place when it holds too much that is gone. Only the owner can read it.
 */
export function createFileOfflineStore<P>(options: FileOfflineStoreOptions): FileOfflineStore<P> {
  const { path, compactBytes = fileOfflineStoreDefaults.compactBytes } = options;
  checkPositive('compactBytes', compactBytes);
  /** The line of each record, as it is in the file. */
  const lines = new Map<string, string>();
  let file: FileHandle | undefined;
  let endBytes = 0;
  let liveBytes = 0;
  let compactAtBytes = compactBytes;
  let spoiltLines = 0;

  const opened = (): FileHandle => {
    if (file === undefined) throw new Error(`${path} is not open: load comes first`);
    return file;
  };

  const forget = (key: string): void => {
    const line = lines.get(key);
    if (line === undefined) return;
    liveBytes -= Buffer.byteLength(line);
    lines.delete(key);
  };

  const remember = (key: string, line: string): void => {
    forget(key);
    lines.set(key, line);
    liveBytes += Buffer.byteLength(line);
  };

  /** Writes behind what is good, so that what a failure left there is written over. */
  const write = async (text: string): Promise<void> => {
    const handle = opened();
    await handle.truncate(endBytes);
    await writeAt(handle, text, endBytes);
    await handle.datasync();
    endBytes += Buffer.byteLength(text);
  };

  const compact = async (): Promise<void> => {
    if (endBytes < compactAtBytes || endBytes < 2 * liveBytes) return;
    const beside = `${path}.new`;
    const text = [...lines.values()].join('');
    let fresh: FileHandle | undefined;
    try {
      fresh = await open(beside, 'w+', 0o600);
      await writeAt(fresh, text, 0);
      await fresh.sync();
      await rename(beside, path);
    } catch {
      // The file is as good as before, only larger: on to the next occasion.
      compactAtBytes = 2 * endBytes;
      await fresh?.close();
      return;
    }
    await file?.close();
    file = fresh;
    endBytes = Buffer.byteLength(text);
    compactAtBytes = compactBytes;
    await syncFolder(path);
  };

  return {
    get spoiltLines() {
      return spoiltLines;
    },
    async load() {
      await file?.close();
      file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      const bytes = await file.readFile();
      // What a kill cut off has no end of line.
      endBytes = bytes.lastIndexOf(NEWLINE) + 1;
      const records = new Map<string, OfflineRecord<P>>();
      lines.clear();
      liveBytes = 0;
      spoiltLines = 0;
      for (const text of bytes.toString('utf8', 0, endBytes).split('\n').slice(0, -1)) {
        const line = parseLine<P>(text);
        if (line === null) spoiltLines += 1;
        if (line?.keep) {
          records.set(line.keep.key, line.keep);
          remember(line.keep.key, `${text}\n`);
        }
        for (const key of line?.drop ?? []) {
          records.delete(key);
          forget(key);
        }
      }
      await syncFolder(path);
      return [...records.values()].sort((a, b) => a.seq - b.seq);
    },
    async append(records) {
      const written = records.map((record) => [record.key, lineOf({ keep: record })] as const);
      await write(written.map(([, line]) => line).join(''));
      for (const [key, line] of written) remember(key, line);
      await compact();
    },
    async remove(keys) {
      const there = keys.filter((key) => lines.has(key));
      if (there.length === 0) return;
      await write(lineOf({ drop: there }));
      for (const key of there) forget(key);
      await compact();
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

async function writeAt(handle: FileHandle, text: string, atBytes: number): Promise<void> {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, atBytes + written);
    written += bytesWritten;
  }
}

/** So that the name of the file outlives a power cut too. Not every system can. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // The file itself is synced.
  }
}
