import { z } from 'zod';
import { timedItem } from './performance.ts';

/** What would make a slow statement faster. With `disk` and `lock` the statement is not to blame. */
export const queryAdvice = z.object({
  kind: z.enum(['missing-index', 'full-scan', 'sort', 'large-batch', 'disk', 'lock', 'none']),
  /** One plain sentence. */
  text: z.string(),
});
export type QueryAdvice = z.infer<typeof queryAdvice>;

/** A statement that took over 100 ms. Its parameters are not kept. */
export const slowQuery = z.object({
  at: z.number(),
  /** As in `statements`. */
  name: z.string(),
  sql: z.string(),
  durationMs: z.number(),
  /** Rows read or changed; null when that is not known. */
  rows: z.number().nullable(),
  /** Who waited for it: the event loop, or a thread that nobody waits for. */
  thread: z.enum(['main', 'maintenance']),
  /** SQLite's `EXPLAIN QUERY PLAN`, a line a step; null while it is not known, or when there is none. */
  plan: z.array(z.string()).nullable(),
  advice: z.array(queryAdvice),
});
export type SlowQuery = z.infer<typeof slowQuery>;

/** `GET /health/database`: what is known now; asking measures nothing. */
export const databaseReport = z.object({
  at: z.number(),
  /** What is to be seen to, in plain sentences; empty when nothing is. */
  findings: z.array(z.string()),
  /** Null when there is no file: everything is in memory. */
  file: z
    .object({
      /** When it was measured; null: not yet. */
      at: z.number().nullable(),
      bytes: z.number().nullable(),
      /** Of the write-ahead log beside it. */
      walBytes: z.number().nullable(),
      /** Of pages inside the file that hold nothing. */
      freeBytes: z.number().nullable(),
      /** Why it could not be measured; null when it could, or was not yet. */
      error: z.string().nullable(),
    })
    .nullable(),
  /** The last time that the write-ahead log was moved into the file; null: not yet. */
  checkpoint: z
    .object({
      at: z.number(),
      durationMs: z.number(),
      /** Pages in the log, and how many of them are in the file now. */
      pages: z.number(),
      moved: z.number(),
      error: z.string().nullable(),
    })
    .nullable(),
  /** The last check of the whole file; null: not yet. One is made each day. */
  integrity: z
    .object({
      at: z.number(),
      /** Null for one that an earlier process made. */
      durationMs: z.number().nullable(),
      /** What is damaged; empty when the file is sound. */
      faults: z.array(z.string()),
      error: z.string().nullable(),
    })
    .nullable(),
  /** SQLite has one writer at a time and no pool of connections: these are the changes that wait for their turn. */
  writer: z.object({
    /** Changes that wait now. */
    waiting: z.number(),
    /** Since the start: how often a change tried again because somebody else was writing. */
    busyRetries: z.number(),
    /** How long those of the last five minutes waited that had to, in ms; null when none had to. */
    waitP95Ms: z.number().nullable(),
    waitLongestMs: z.number().nullable(),
  }),
  /** Copies of the file; null without one. */
  backup: z
    .object({
      /** Whether they are made by themselves, and how often. */
      enabled: z.boolean(),
      intervalMs: z.number(),
      /** How many there are. */
      count: z.number(),
      /** The newest; null when there is none. */
      last: z.object({ path: z.string(), at: z.number(), bytes: z.number() }).nullable(),
      /** Why the last try failed; null when it did not, or there was none. */
      failure: z.object({ at: z.number(), cause: z.string() }).nullable(),
      /** One is being made now. */
      making: z.boolean(),
    })
    .nullable(),
  /** Statements by name, what took most time in all first. */
  statements: z.array(timedItem),
  /** Statements over 100 ms, the last 20, newest first. */
  slow: z.array(slowQuery),
  /** How many there were in the last five minutes. */
  slowRecently: z.number(),
});
export type DatabaseReport = z.infer<typeof databaseReport>;

/** Answer of `POST /admin/db/backup`: the backup that was made and looked through. */
export const backupResult = z.object({
  /** On the machine of the service. */
  path: z.string(),
  at: z.number(),
  bytes: z.number(),
  schemaVersion: z.number(),
  /** Rows by table. */
  rows: z.record(z.string(), z.number()),
  /** Names of the backups that gave way to it. */
  removed: z.array(z.string()),
  durationMs: z.number(),
});
export type BackupResult = z.infer<typeof backupResult>;
