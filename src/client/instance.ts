import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const instanceFile = z.object({ pid: z.number(), url: z.string(), startedAt: z.number() });

/** A running service, as it writes itself down in its data folder for the command line. */
export type Instance = z.infer<typeof instanceFile>;

const fileIn = (folder: string): string => join(folder, 'instance.json');

export function writeInstance(folder: string, instance: Instance): void {
  writeFileSync(fileIn(folder), JSON.stringify(instance), { mode: 0o600 });
}

export function removeInstance(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** What the folder says about a running service; it may have died since. Null when it says nothing readable. */
export function readInstance(folder: string): Instance | null {
  try {
    const parsed = instanceFile.safeParse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
