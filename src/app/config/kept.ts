import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What is known of a configuration after the process has ended. */
export interface KeptConfig {
  /** Where the file was or would have been; null when none was wanted. */
  readonly path: string | null;
  /** What the file said when it was accepted last. */
  readonly values: unknown;
  readonly hash: string;
  /** The settings of the run-time layer, by path. */
  readonly runTime: Readonly<Record<string, unknown>>;
}

const schema = z.object({
  path: z.string().nullable(),
  values: z.unknown(),
  hash: z.string(),
  runTime: z.record(z.string(), z.unknown()),
});

/** Beside the database and not in it: it is needed before that is opened, and when that is damaged. */
export const keptFile = (folder: string): string => join(folder, 'config.json');

/** Null when nothing is kept; undefined when it cannot be read. */
export function readKept(folder: string): KeptConfig | null | undefined {
  let text: string;
  try {
    text = readFileSync(keptFile(folder), 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : undefined;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const keptText = (kept: KeptConfig): string => `${JSON.stringify(kept, null, 2)}\n`;
