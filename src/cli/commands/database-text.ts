import type { DatabaseReport, SlowQuery } from '../../contract/index.ts';
import { ago } from '../report.ts';
import { amount } from './resource-text.ts';

/** What is known of the file and of who writes to it, one sentence a fact. Pure. */
export function databaseSentences(
  { file, checkpoint, integrity, writer, backup }: DatabaseReport,
  now: number,
): readonly string[] {
  return [
    file === null ? 'There is no file: everything is in memory.' : fileSentence(file),
    ...(file === null ? [] : [checkpointSentence(checkpoint, now), integritySentence(integrity, now)]),
    ...(backup === null ? [] : [backupSentence(backup, now)]),
    `${writer.waiting} ${writer.waiting === 1 ? 'change waits' : 'changes wait'} for another writer; ${writer.busyRetries} tries were in vain since the start${
      writer.waitLongestMs === null
        ? ''
        : `, and the longest wait of the last five minutes was ${time(writer.waitLongestMs)}`
    }.`,
  ];
}

function fileSentence({ bytes, walBytes, freeBytes, error }: NonNullable<DatabaseReport['file']>): string {
  if (error !== null) return `The file could not be measured: ${error}.`;
  if (bytes === null || walBytes === null || freeBytes === null) return 'The file was not measured yet.';
  return `The file has ${amount(bytes, 'bytes')}, of which ${amount(freeBytes, 'bytes')} hold nothing; its write-ahead log has ${amount(walBytes, 'bytes')}.`;
}

function checkpointSentence(checkpoint: DatabaseReport['checkpoint'], now: number): string {
  if (checkpoint === null) return 'There was no checkpoint yet.';
  const { at, pages, moved, durationMs, error } = checkpoint;
  return error === null
    ? `The last checkpoint was ${ago(at, now)}, took ${time(durationMs)} and left ${pages - moved} of ${pages} pages in the log.`
    : `The checkpoint ${ago(at, now)} failed: ${error}.`;
}

function integritySentence(integrity: DatabaseReport['integrity'], now: number): string {
  if (integrity === null) return 'The file was not checked yet; that happens once a day.';
  const { at, faults, error } = integrity;
  if (error !== null) return `The check ${ago(at, now)} could not run: ${error}.`;
  return faults.length === 0
    ? `The file was found sound ${ago(at, now)}.`
    : `The file was found damaged ${ago(at, now)}: ${faults.join('; ')}.`;
}

function backupSentence(backup: NonNullable<DatabaseReport['backup']>, now: number): string {
  const { last, count, enabled, making } = backup;
  const plan = enabled ? '' : ' They are made by hand only.';
  if (making) return `It is being backed up.${plan}`;
  if (last === null) return `There is no backup yet.${plan}`;
  return `The last of ${count} ${count === 1 ? 'backup' : 'backups'} was made ${ago(last.at, now)} (${last.path}).${plan}`;
}

/** A slow statement: what it was, what would help, and how SQLite carries it out. Pure. */
export function slowLines(query: SlowQuery, now: number): readonly string[] {
  const { at, name, durationMs, rows, thread, advice, plan } = query;
  const where = thread === 'main' ? 'the event loop waited' : 'in the maintenance thread';
  const size = rows === null ? '' : `, ${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
  return [
    `${name}: ${time(durationMs)}${size}, ${ago(at, now)}, ${where}.`,
    ...advice.map(({ text }) => text),
    ...(plan === null ? [] : [`Plan: ${plan.join('; ')}.`]),
  ];
}

const time = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
