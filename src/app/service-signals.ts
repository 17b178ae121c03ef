import type { ResourceUnit } from '../warden/metrics/index.ts';

interface ServiceSignal {
  readonly name: string;
  readonly unit: ResourceUnit;
  readonly meaning: string;
}

/** Signals of the database and of what runs out, beside those of process and machine. */
export const SERVICE_SIGNALS = [
  { name: 'database_bytes', unit: 'bytes', meaning: 'size of the database file' },
  { name: 'database_wal_bytes', unit: 'bytes', meaning: 'size of the write-ahead log beside it' },
  { name: 'database_free_bytes', unit: 'bytes', meaning: 'pages inside the file that hold nothing' },
  { name: 'database_write_waiting', unit: 'count', meaning: 'changes that wait for another writer now' },
  {
    name: 'database_write_wait_s',
    unit: 's',
    meaning:
      'how long changes waited that had to, in the last 5 minutes: 95th percentile; 0 when none had to',
  },
  {
    name: 'database_slow_queries',
    unit: 'count',
    meaning: 'statements that took over 100 ms, in the last 5 minutes',
  },
  { name: 'database_checkpoint_age_s', unit: 's', meaning: 'time since a checkpoint worked' },
  {
    name: 'quota_full_in_s',
    unit: 's',
    meaning: 'time until the quota of the source is used up, if it goes on as in the last hour at the most',
  },
  {
    name: 'backlog_full_in_s',
    unit: 's',
    meaning: 'time until 150 tokens are overdue, if it goes on as in the last hour at the most',
  },
] as const satisfies readonly ServiceSignal[];
