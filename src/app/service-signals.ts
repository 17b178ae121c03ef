import type { ResourceUnit } from '../warden/metrics/index.ts';

interface ServiceSignal {
  readonly name: string;
  readonly unit: ResourceUnit;
  readonly meaning: string;
}

interface WorkSignal {
  readonly name: string;
  /** Of the resources, or what is counted: `tokens`, `1/min`. */
  readonly unit: string;
  readonly meaning: string;
}

/** Signals of the database, of what runs out and of the watchdog, beside those of process and machine. */
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
    name: 'store_room_level',
    unit: 'count',
    meaning: 'how little is written because the disk is full: 0 everything, 3 only what is essential',
  },
  {
    name: 'store_left_out',
    unit: 'count',
    meaning: 'changes that were not stored because of that, since the start',
  },
  { name: 'store_waiting', unit: 'count', meaning: 'changes that wait for a database that takes nothing' },
  {
    name: 'store_lost',
    unit: 'count',
    meaning: 'changes that waited and were refused in the end, since the start',
  },
  {
    name: 'backup_age_s',
    unit: 's',
    meaning:
      'age of the newest backup of the database; without any, of the first start that could have made one',
  },
  { name: 'backup_failed', unit: 'count', meaning: 'backups that failed one after the other, up to now' },
  {
    name: 'config_refused_s',
    unit: 's',
    meaning: 'for how long the configuration file has not been valid',
  },
  {
    name: 'config_owner_changed',
    unit: 'count',
    meaning: '1 while the configuration file belongs to another user than when somebody last vouched for it',
  },
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
  {
    name: 'loop_blocked_s',
    unit: 's',
    meaning: 'the longest time for which the event loop stood still, of those that ended in the last minute',
  },
  {
    name: 'loop_blocks',
    unit: 'count',
    meaning: 'how often the event loop has stood still, since the start',
  },
  {
    name: 'monitor_late_s',
    unit: 's',
    meaning: 'by how much a turn of the control loop came late, at most, in the last minute',
  },
  { name: 'monitor_faults', unit: 'count', meaning: 'parts of the monitor that failed in the last turn' },
  {
    name: 'clock_jump_s',
    unit: 's',
    meaning: 'by how much the clock of the machine was set, at most, in the last minute',
  },
] as const satisfies readonly ServiceSignal[];

/** Signals of the tokens, of their source, and of each group of jobs. Rules may give others a unit, and no meaning. */
export const WORK_SIGNALS: readonly WorkSignal[] = [
  {
    name: 'freshness_hot_p95_s',
    unit: 's',
    meaning: 'age of the data of hot tokens: 95th percentile; 0 when there is none',
  },
  { name: 'freshness_hot_median_s', unit: 's', meaning: 'age of the data of hot tokens: median' },
  {
    name: 'freshness_cold_p95_s',
    unit: 's',
    meaning: 'age of the data of cold tokens: 95th percentile; 0 when there is none',
  },
  { name: 'backlog', unit: 'tokens', meaning: 'tokens whose refresh is due and has not happened yet' },
  {
    name: 'backlog_hot',
    unit: 'tokens',
    meaning: 'hot tokens whose refresh is due and that are not being read; null while the source is away',
  },
  {
    name: 'quota_needed',
    unit: 'ratio',
    meaning:
      'share of the quota that hot tokens alone need to be read at their interval; over 1 it cannot be',
  },
  {
    name: 'tokens_stuck',
    unit: 'tokens',
    meaning: 'tokens in monitoring for over 3 min that were not judged, for a reason that is not the market',
  },
  {
    name: 'activation_success',
    unit: 'ratio',
    meaning:
      'of the tokens that are due to be judged for activation, and those activated within the hour, the share that was; 1 with fewer than 10',
  },
  { name: 'feed_silent_s', unit: 's', meaning: 'for how long the feed `feed` has brought nothing' },
  {
    name: 'source_error_share',
    unit: 'ratio',
    meaning:
      'share of the calls of the last minute that failed while the source was there; 0 with fewer than 20, null while it is away',
  },
  {
    name: 'calls_held_s',
    unit: 's',
    meaning: 'for how long the breaker has held calls back although the source is there',
  },
  { name: 'refreshed_per_minute', unit: '1/min', meaning: 'tokens read a minute, over the last one or two' },
  {
    name: 'score_accuracy',
    unit: 'ratio',
    meaning: 'share of the scores of the last 24 h that agree with the score by all pools',
  },
  { name: 'quota_used', unit: 'requests', meaning: 'requests of the last minute, of the quota for pools' },
  {
    name: 'quota_share',
    unit: 'ratio',
    meaning: 'share of the quota that the last minute used, of the fullest quota',
  },
  { name: 'rate_limited', unit: 'ratio', meaning: 'share of a quota that is held back after a 429' },
  { name: 'error_rate', unit: 'ratio', meaning: 'share of the calls of the last five minutes that failed' },
  { name: 'api_p95_s', unit: 's', meaning: 'how long calls of the source took: 95th percentile' },
  {
    name: 'breaker_state',
    unit: 'count',
    meaning: 'breaker towards the source: 0 closed, 1 half open, 2 open or isolated',
  },
  { name: 'retries_left', unit: 'count', meaning: 'retries that the budget has left' },
  { name: 'job_lag_s', unit: 's', meaning: 'how late the group started last, or is late now' },
  { name: 'job_overdue_s', unit: 's', meaning: 'how long a start of the group is overdue' },
  { name: 'job_backlog', unit: 'count', meaning: 'work of the group that waits' },
  { name: 'job_items_per_minute', unit: '1/min', meaning: 'items that runs of the group finished, a minute' },
  { name: 'job_runs_per_hour', unit: '1/h', meaning: 'runs of the group in an hour' },
  { name: 'job_planned_per_hour', unit: '1/h', meaning: 'runs of the group in an hour, as planned' },
  { name: 'job_last_run_age_s', unit: 's', meaning: 'time since a run of the group ended' },
  { name: 'job_parked', unit: 'jobs', meaning: 'jobs of the group that are parked' },
  { name: 'job_stalled', unit: 'jobs', meaning: 'jobs of the group that are stalled' },
];
