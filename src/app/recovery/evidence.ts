import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import { conditionId, type Condition } from '../../warden/detection/index.ts';

/** What tells how it was, by the name of the file that it is written to. Each is asked apart: one that throws costs only itself. */
export type EvidenceSources = Readonly<Record<string, () => unknown>>;

/** Keeps evidence in a folder of its own. */
export interface Evidence {
  /**
   * Begins to write what the sources say to a new folder, and answers with its path at once. Null where no folder can be made;
   * never rejects.
   */
  keep(condition: Condition, why: string, sources: EvidenceSources): string | null;
}

const TAIL_BYTES = 512_000;

/**
 * @param dataFolder holds `incidents/`, and the log in `logs/`.
 * @param kept so many incidents are kept, the newest.
 */
export function createEvidence(clock: Clock, log: Logger, dataFolder: string, kept: number): Evidence {
  const root = join(dataFolder, 'incidents');

  const write = async (folder: string, name: string, read: () => unknown): Promise<void> => {
    try {
      const content = await read();
      await writeFile(
        join(folder, name),
        typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
        {
          mode: 0o600,
        },
      );
    } catch (error) {
      log.warning('A part of the evidence could not be kept.', { file: name, cause: describeError(error) });
    }
  };

  return {
    keep(condition, why, sources) {
      const id = conditionId(condition);
      const name = `${new Date(clock.now()).toISOString().replaceAll(':', '-')}-${id.replaceAll(/[^\w.-]+/g, '_').slice(0, 80)}`;
      const folder = join(root, name);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const old of readdirSync(root).sort().slice(0, -kept))
          rmSync(join(root, old), { recursive: true });
      } catch (error) {
        log.error('No folder for evidence could be made.', { folder, cause: describeError(error) });
        return null;
      }
      const all: EvidenceSources = {
        'condition.json': () => ({ ...condition, why }),
        'log-tail.jsonl': () => tailOf(join(dataFolder, 'logs', 'moonwarden.log')),
        ...sources,
      };
      // One after the other: the service is in trouble already.
      void (async () => {
        for (const [file, read] of Object.entries(all)) await write(folder, file, read);
      })();
      return folder;
    },
  };
}

/** The end of a file, from the beginning of a line on. */
async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
      position: start,
    });
    const text = buffer.subarray(0, bytesRead).toString();
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}
