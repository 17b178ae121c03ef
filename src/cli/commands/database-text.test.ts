import { expect, it } from 'vitest';
import type { DatabaseReport } from '../../contract/index.ts';
import { databaseSentences, slowLines } from './database-text.ts';

const NOW = 1_000_000;
const report: DatabaseReport = {
  at: NOW,
  findings: [],
  file: { at: NOW, bytes: 12_300_000, walBytes: 4_000, freeBytes: 0, error: null },
  checkpoint: { at: NOW - 5_000, durationMs: 3.21, pages: 120, moved: 118, error: null },
  integrity: { at: NOW - 90_000, durationMs: null, faults: [], error: null },
  writer: { waiting: 0, busyRetries: 7, waitP95Ms: 25, waitLongestMs: 1_234 },
  statements: [],
  slow: [],
  slowRecently: 0,
  backup: null,
};

it('says what is known of the file and its writers', () => {
  expect(databaseSentences(report, NOW)).toEqual([
    'The file has 12.3 MB, of which 0 B hold nothing; its write-ahead log has 4 kB.',
    'The last checkpoint was 5 s ago, took 3.2 ms and left 2 of 120 pages in the log.',
    'The file was found sound 90 s ago.',
    '0 changes wait for another writer; 7 tries were in vain since the start, and the longest wait of the last five minutes was 1234 ms.',
  ]);
});

it('says what is not known, and what went wrong', () => {
  const nothing = { at: null, bytes: null, walBytes: null, freeBytes: null, error: null };
  const writer = { waiting: 1, busyRetries: 0, waitP95Ms: null, waitLongestMs: null };
  expect(
    databaseSentences({ ...report, file: nothing, checkpoint: null, integrity: null, writer }, NOW),
  ).toEqual([
    'The file was not measured yet.',
    'There was no checkpoint yet.',
    'The file was not checked yet; that happens once a day.',
    '1 change waits for another writer; 0 tries were in vain since the start.',
  ]);
  expect(
    databaseSentences(
      {
        ...report,
        file: { ...nothing, error: 'gone' },
        checkpoint: { at: NOW, durationMs: 1, pages: 0, moved: 0, error: 'locked' },
        integrity: { at: NOW, durationMs: 9, faults: ['page 3', 'page 4'], error: null },
      },
      NOW,
    ).slice(0, 3),
  ).toEqual([
    'The file could not be measured: gone.',
    'The checkpoint 0 s ago failed: locked.',
    'The file was found damaged 0 s ago: page 3; page 4.',
  ]);
  expect(databaseSentences({ ...report, file: null }, NOW)[0]).toBe(
    'There is no file: everything is in memory.',
  );
});

it('tells of a slow statement what would help, and how it is carried out', () => {
  const query = {
    at: NOW - 3_000,
    name: 'SELECT journal by type',
    sql: 'SELECT ...',
    durationMs: 240.4,
    rows: 1_500,
    thread: 'main' as const,
    plan: ['SCAN journal', 'USE TEMP B-TREE FOR ORDER BY'],
    advice: [{ kind: 'missing-index' as const, text: 'An index would help.' }],
  };
  expect(slowLines(query, NOW)).toEqual([
    'SELECT journal by type: 240 ms, 1,500 rows, 3 s ago, the event loop waited.',
    'An index would help.',
    'Plan: SCAN journal; USE TEMP B-TREE FOR ORDER BY.',
  ]);
  expect(slowLines({ ...query, rows: null, plan: null, thread: 'maintenance', advice: [] }, NOW)).toEqual([
    'SELECT journal by type: 240 ms, 3 s ago, in the maintenance thread.',
  ]);
});
