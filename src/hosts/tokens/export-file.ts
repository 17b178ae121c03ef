import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { MarketsExport } from '../../contract/index.ts';
import { removeLeftovers, writeWhole } from './whole-file.ts';

/** As it stands in a file. */
export function exportText(markets: MarketsExport): string {
  return `${JSON.stringify(markets, null, 2)}\n`;
}

/** Writes the export to a file again and again. */
export interface ExportFile {
  start(): void;
  /** Waits for the write under way. */
  stop(): Promise<void>;
}

/** What cannot be written is said once and tried again at the next interval; the file before it stays. */
export function createExportFile(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly file: string;
  readonly intervalMs: number;
  readonly content: () => MarketsExport;
  readonly write?: (file: string, content: string) => Promise<void>;
}): ExportFile {
  const { clock, log, file, intervalMs, content, write = writeWhole } = ports;
  let cancel: (() => void) | undefined;
  let isStopped = false;
  let isFailing = false;
  let underWay = Promise.resolve();

  const writeOnce = async (): Promise<void> => {
    try {
      await write(file, exportText(content()));
      if (isFailing) log.info('The export file is written again.', { file });
      isFailing = false;
    } catch (error) {
      if (!isFailing) {
        log.error('The export file cannot be written; the last one stays, and it is tried again.', {
          file,
          cause: describeError(error),
        });
      }
      isFailing = true;
    }
  };
  const plan = (delayMs: number): void => {
    if (isStopped) return;
    // The next write is planned when this one has ended, so that a slow disk never has two.
    cancel = clock.schedule(delayMs, () => {
      underWay = writeOnce().then(() => {
        plan(intervalMs);
      });
    });
  };

  return {
    start() {
      underWay = removeLeftovers(file);
      plan(Math.min(intervalMs, FIRST_WRITE_MS));
    },
    async stop() {
      isStopped = true;
      cancel?.();
      await underWay;
    },
  };
}

/** After the start, when the first answers have come. */
const FIRST_WRITE_MS = 10_000;
