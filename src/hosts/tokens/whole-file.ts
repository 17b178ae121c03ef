import { open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The part of the file system that a whole write needs; a test can make it fail. */
export interface WholeFileSystem {
  readonly open: typeof open;
  readonly rename: typeof rename;
}

/**
 * Writes a file so that a reader sees the old content or the new one and nothing between, also across a crash: into a
 * temporary file of the same folder, to the disk, and then in its place. Permissions of a file that exists are kept;
 * of a link, the file that it leads to is replaced. @throws what the file system throws; then the old content stays.
 */
export async function writeWhole(
  path: string,
  content: string,
  { open: openFile, rename: moveTo }: WholeFileSystem = { open, rename },
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (known) => known.mode & 0o777,
    () => null,
  );
  const temporary = temporaryOf(target);
  try {
    const file = await openFile(temporary, 'w');
    try {
      if (mode !== null) await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveTo(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Removes what writers left that died while they wrote. Never rejects. */
export async function removeLeftovers(path: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const isLeftover = (name: string): boolean =>
    name.startsWith(`.${basename(target)}.`) && /\.\d+\.tmp$/.test(name);
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names.filter(isLeftover)) {
    await rm(join(dirname(target), name), { force: true }).catch(() => undefined);
  }
}

/** Of this process, so that two writers of one file never write into each other. */
function temporaryOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
}

/** The new name is on the disk, too. Some file systems cannot do that, and then nobody can. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    return;
  }
}
