import type { BackupResult } from '../../contract/index.ts';
import type { VerifiedFile } from '../../app/index.ts';
import { ago } from '../report.ts';
import { amount } from './resource-text.ts';

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** Rows that a person has an idea of. */
function contentText(rows: Readonly<Record<string, number>>): string {
  return `${plural(rows['token'] ?? 0, 'token', 'tokens')} and ${plural(rows['journal'] ?? 0, 'entry', 'entries')} of the journal`;
}

/** A backup that was made, in sentences. Pure. */
export function madeSentences(made: BackupResult, copy: string | null): readonly string[] {
  const { path, bytes, rows, durationMs, removed } = made;
  return [
    `Backed up to ${path}: ${amount(bytes, 'bytes')} in ${(durationMs / 1_000).toFixed(1)} s, with ${contentText(rows)}. It was looked through and is whole.`,
    ...(copy === null ? [] : [`A copy of it is ${copy}.`]),
    ...(removed.length === 0
      ? []
      : [
          `${plural(removed.length, 'older backup', 'older backups')} gave way to it: ${removed.join(', ')}.`,
        ]),
  ];
}

/** What is in a file and whether it is whole, in sentences. Pure. */
export function verifiedSentences(file: VerifiedFile, now: number): readonly string[] {
  const { path, at, bytes, schemaVersion, rows, lastEntryAt, faults } = file;
  const of = at === null ? '' : `, of ${new Date(at).toISOString()} (${ago(at, now)})`;
  return [
    `${path}: ${amount(bytes, 'bytes')}${of}.`,
    ...(faults.length > 0
      ? [`It cannot be used: ${faults.join('; ')}.`]
      : [
          `It is whole. Schema ${schemaVersion}, with ${contentText(rows)}${lastEntryAt === null ? '' : `, the last one ${ago(lastEntryAt, now)}`}.`,
        ]),
  ];
}

export const ROW_COLUMNS = ['TABLE', 'ROWS'];
/** Rows by table, the largest first. Pure. */
export const rowRows = ({ rows }: VerifiedFile): readonly (readonly string[])[] =>
  Object.entries(rows)
    .sort(([, a], [, b]) => b - a)
    .map(([table, count]) => [table, count.toLocaleString('en-US')]);
