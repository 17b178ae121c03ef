import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'reserve';
const RESERVE_BYTES = 4 * 1_048_576;
const LEAST_BYTES = 262_144;
const CHUNK_BYTES = 65_536;
/** What must be free beside the reserve before everything is written again; on a small disk a part of it. */
const SPARE_BYTES = 16 * 1_048_576;
const SPARE_SHARE = 0.01;

/** Room on the disk that is kept for what must be written when there is none left. */
export interface Reserve {
  /** Makes it where it is missing. @returns whether it is there. Never throws. */
  make(): boolean;
  /** Gives its room to whoever writes next. @returns whether there was any. Never throws. */
  free(): boolean;
  /** Whether everything can be written again: there is room for the reserve and more. Never throws. */
  hasRoom(): boolean;
}

/** @param folder the data folder. */
export function createReserve(folder: string): Reserve {
  const path = join(folder, NAME);
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    make() {
      try {
        if (existsSync(path)) return true;
        // Not more than a quarter of what a small disk has left.
        const bytes = Math.min(RESERVE_BYTES, Math.floor(freeBytes() / 4));
        if (bytes < LEAST_BYTES) return false;
        fill(path, bytes);
        return true;
      } catch {
        rmSync(path, { force: true });
        return false;
      }
    },
    free() {
      if (!existsSync(path)) return false;
      try {
        rmSync(path);
        return true;
      } catch {
        return false;
      }
    },
    hasRoom() {
      try {
        const { blocks, bsize } = statfsSync(folder);
        const spare = Math.min(SPARE_BYTES, blocks * bsize * SPARE_SHARE);
        return freeBytes() >= spare + (existsSync(path) ? 0 : LEAST_BYTES * 4);
      } catch {
        return false;
      }
    },
  };
}

/** Written for real: a file with holes keeps no room. What does not repeat is not pressed together by the file system. */
function fill(path: string, bytes: number): void {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let state = 0x9e3779b9;
  for (let at = 0; at < CHUNK_BYTES; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    chunk.writeInt32LE(state | 0, at);
  }
  const handle = openSync(path, 'wx', 0o600);
  try {
    for (let written = 0; written < bytes;) {
      chunk.writeUInt32LE(written, 0);
      written += writeSync(handle, chunk, 0, Math.min(CHUNK_BYTES, bytes - written));
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
