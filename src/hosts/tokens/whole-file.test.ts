import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeLeftovers, writeWhole } from './whole-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden whole '));
  file = join(folder, 'markets.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const contentOf = (n: number): string =>
  JSON.stringify({ n, filler: Array.from({ length: (n * 7919) % 4_000 }, () => 'x'), end: n });

it('scenario 15: whoever reads the file during 200 writes can parse it', async () => {
  await writeWhole(file, contentOf(0));
  let isWriting = true;
  let [reads, last, changes] = [0, 0, 0];
  const reader = async (): Promise<void> => {
    while (isWriting) {
      const { n, end } = JSON.parse(await readFile(file, 'utf8')) as { n: number; end: number };
      expect(end).toBe(n);
      expect(n).toBeGreaterThanOrEqual(last);
      if (n > last) changes += 1;
      last = n;
      reads += 1;
    }
  };
  const reading = Promise.all([reader()]);
  for (let n = 1; n <= 200; n += 1) await writeWhole(file, contentOf(n));
  isWriting = false;
  await reading;
  expect(reads).toBeGreaterThan(20);
  expect(changes).toBeGreaterThan(5);
  expect(readFileSync(file, 'utf8')).toBe(contentOf(200));
  expect(readdirSync(folder)).toEqual(['markets.json']);
});

it('keeps the old content when the disk is full in the middle, and leaves nothing behind', async () => {
  await writeWhole(file, 'old');
  const fullDisk = {
    rename,
    open: (async (path: string, flags: string) => {
      const handle = await open(path, flags);
      handle.writeFile = async () => {
        await handle.write('ha');
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      };
      return handle;
    }) as typeof open,
  };
  await expect(writeWhole(file, 'half', fullDisk)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['markets.json']);
});

it('leaves nothing behind when the file cannot be put in its place', async () => {
  mkdirSync(file);
  await expect(writeWhole(file, 'x')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['markets.json']);
  await expect(writeWhole(join(folder, 'none', 'x.json'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
});

it('keeps the permissions that the file has', async () => {
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  await writeWhole(file, 'new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

it('replaces what a link leads to, and keeps the link', async () => {
  mkdirSync(join(folder, 'public'));
  const target = join(folder, 'public', 'real.json');
  writeFileSync(target, 'old');
  symlinkSync(target, file);
  await writeWhole(file, 'new');
  expect(readFileSync(target, 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'public'))).toEqual(['real.json']);
  await writeWhole(file, 'newer');
  expect(readFileSync(target, 'utf8')).toBe('newer');
});

it('removes what a writer left that died, and nothing else', async () => {
  for (const name of ['.markets.json.123.tmp', '.markets.json.x.tmp', '.other.json.1.tmp', 'markets.json'])
    writeFileSync(join(folder, name), '');
  await removeLeftovers(file);
  expect(readdirSync(folder)).toEqual(['.markets.json.x.tmp', '.other.json.1.tmp', 'markets.json']);
  await removeLeftovers(join(folder, 'none', 'x'));
});
