import { readFileSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';

/** Text of a small file of the kernel; null when there is none, or it may not be read. */
export type ReadText = (path: string) => string | null;

/** A file system, in bytes and inodes. */
export interface FileSystemFigures {
  readonly totalBytes: number;
  /** Free, with what only root may use. */
  readonly freeBytes: number;
  /** Free for this user. */
  readonly availableBytes: number;
  /** 0 where the file system has no fixed number of them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** How the probes read the machine. What may wait for a disk is asynchronous. */
export interface SystemFiles {
  readonly readText: ReadText;
  /** How many entries a folder has. @throws Error when it cannot be read. */
  countEntries(path: string): Promise<number>;
  /** @throws Error when there is no such path. */
  fileSystem(path: string): Promise<FileSystemFigures>;
  /** The device that holds a path. @throws Error when there is no such path. */
  deviceOf(path: string): Promise<{ readonly major: number; readonly minor: number }>;
}

/** Reads the machine that this runs on. Files under `/proc` and `/sys` are made in memory, so reading them does not wait. */
export const systemFiles: SystemFiles = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
  countEntries: async (path) => (await readdir(path)).length,
  async fileSystem(path) {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
    return {
      totalBytes: blocks * bsize,
      freeBytes: bfree * bsize,
      availableBytes: bavail * bsize,
      inodes: files,
      freeInodes: ffree,
    };
  },
  async deviceOf(path) {
    const { dev } = await stat(path, { bigint: true });
    return deviceNumbers(dev);
  },
};

/** Major and minor number out of a `dev_t` of Linux (gnu_dev_major and gnu_dev_minor of glibc). */
export function deviceNumbers(dev: bigint): { readonly major: number; readonly minor: number } {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
