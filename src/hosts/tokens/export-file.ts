import { describeError, type Logger } from '../../kernel/index.ts';
import type { MarketsExport } from '../../contract/index.ts';
import { removeLeftovers, writeWhole } from './whole-file.ts';

/** As it stands in a file. */
export function exportText(markets: MarketsExport): string {
  return `${JSON.stringify(markets, null, 2)}\n`;
}

/** The export as a file. */
export interface ExportFile {
  /** Removes what a process that was killed left. To be called once, before the first write. */
  start(): Promise<void>;
  /** Writes it anew; where that fails the file before stays. @throws what it failed by: the log says it once. */
  write(): Promise<void>;
}

export function createExportFile(ports: {
  readonly log: Logger;
  readonly file: string;
  readonly content: () => MarketsExport;
  readonly write?: (file: string, content: string) => Promise<void>;
}): ExportFile {
  const { log, file, content, write = writeWhole } = ports;
  let isFailing = false;

  return {
    start: () => removeLeftovers(file),
    async write() {
      try {
        await write(file, exportText(content()));
      } catch (error) {
        if (!isFailing) {
          log.error('The export file cannot be written; the last one stays, and it is tried again.', {
            file,
            cause: describeError(error),
          });
        }
        isFailing = true;
        throw error;
      }
      if (isFailing) log.info('The export file is written again.', { file });
      isFailing = false;
    },
  };
}
