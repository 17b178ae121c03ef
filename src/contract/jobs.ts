import { z } from 'zod';
import { healthStatus } from './health.ts';

/** How a run ended. `cancelled`: cut off by a stop or a restart; `interrupted`: its process died. */
export const runOutcome = z.enum(['succeeded', 'failed', 'timed_out', 'stalled', 'cancelled', 'interrupted']);
export type RunOutcome = z.infer<typeof runOutcome>;

/** A run that has ended. Times are those of the wall clock, in ms. */
export const runReport = z.object({
  runId: z.string(),
  plannedAt: z.number(),
  startedAt: z.number(),
  endedAt: z.number(),
  durationMs: z.number(),
  /** Why it was started. */
  askedBy: z.enum(['plan', 'retry', 'recovery', 'restart', 'hand']),
  /** Who asked and why, where a person or a part of the service did. */
  who: z.string().nullable(),
  why: z.string().nullable(),
  outcome: runOutcome,
  /** It did not end when it was told to; what it did later counts for nothing. */
  abandoned: z.boolean(),
  itemsDone: z.number(),
  itemsFailed: z.number(),
  /** Null when it succeeded. */
  cause: z.string().nullable(),
});
export type RunReport = z.infer<typeof runReport>;

/** A run that is under way. */
export const openRun = z.object({
  runId: z.string(),
  startedAt: z.number(),
  /** When it got on last. */
  progressAt: z.number(),
  /** How far it says it is; null when it has not said, or when there is nothing to do. */
  progress: z.object({ done: z.number(), total: z.number() }).nullable(),
  /** Items that it has begun and not finished. */
  inFlight: z.number(),
  itemsDone: z.number(),
  itemsFailed: z.number(),
  /** Why items failed, the most frequent first. */
  errors: z.array(z.object({ cause: z.string(), count: z.number() })),
});
export type OpenRun = z.infer<typeof openRun>;

export const jobState = z.enum(['idle', 'running', 'stalled', 'backing_off', 'parked', 'stopped']);
export type JobState = z.infer<typeof jobState>;

/** One job. */
export const jobReport = z.object({
  name: z.string(),
  group: z.string(),
  state: jobState,
  /** Why it is in this state, as the scheduler noted it; empty before anything happened. */
  reason: z.string(),
  /** Parked because somebody asked for it: then only a person unparks it. */
  parkedByHand: z.boolean(),
  /** When it runs, in words: "every 60 s", "cron 0 4 * * *". */
  plan: z.string(),
  /** Whether its group is critical without it. */
  essential: z.boolean(),
  /** Runs in a row that did not succeed. */
  failures: z.number(),
  running: z.array(openRun),
  /** Starts that wait for a run to end or for a restart. */
  waiting: z.number(),
  /** Null when there is none, as while it is parked or being restarted. */
  nextStartAt: z.number().nullable(),
  lastRun: runReport.nullable(),
  /** Planned starts that were left out since the service started. */
  skipped: z.number(),
  /** Results that came after their run had been given up, since the service started. */
  lateResults: z.number(),
});
export type JobReport = z.infer<typeof jobReport>;

/** `GET /api/jobs`. */
export const jobList = z.object({ at: z.number(), items: z.array(jobReport) });
export type JobList = z.infer<typeof jobList>;

/** `GET /api/jobs/:name`. */
export const jobDetail = jobReport.extend({
  at: z.number(),
  /** The last runs, newest first. */
  runs: z.array(runReport),
});
export type JobDetail = z.infer<typeof jobDetail>;

/** Query of `GET /api/jobs/:name`: how many of its last runs. */
export const runsQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(20) });
export type RunsQuery = z.infer<typeof runsQuery>;

/** Jobs that are judged and restarted together, over the last hour. */
export const jobGroup = z.object({
  group: z.string(),
  status: healthStatus,
  /** Worst first; empty while all is well. */
  reasons: z.array(z.string()),
  lastRun: runReport.nullable(),
  /** Null without runs. */
  durationMs: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable(),
  /** Items that runs finished; null when nothing was watched yet. */
  itemsPerMinute: z.number().nullable(),
  runsPerHour: z.number().nullable(),
  /** Null when all of its jobs go by cron. */
  plannedPerHour: z.number().nullable(),
  /** How many runs did not succeed, by cause. */
  errors: z.record(z.string(), z.number()),
  /** Real start minus planned start; null without runs. */
  lagMs: z.object({ mean: z.number(), max: z.number() }).nullable(),
  /** Starts that wait or are overdue. */
  backlog: z.number(),
  jobs: z.array(jobReport),
});
export type JobGroup = z.infer<typeof jobGroup>;

/** `GET /health/scheduler`. */
export const schedulerReport = z.object({
  at: z.number(),
  /** That of the worst group; critical when nothing is started at all. */
  status: healthStatus,
  /** The same in one sentence, with the first reason. */
  sentence: z.string(),
  groups: z.array(jobGroup),
});
export type SchedulerReport = z.infer<typeof schedulerReport>;

const reason = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\p{C}]*$/u, 'has characters that cannot be shown');
const why = reason.min(3, 'must say why, in at least 3 characters');

/** Body of `POST /api/jobs/:name/run`. It may be left out. */
export const runBody = z.object({ why: reason.optional() }).nullish();
export type RunBody = z.infer<typeof runBody>;

/** Body of `POST /api/jobs/:name/park` and `unpark`: why, for the journal. */
export const whyBody = z.object({ why });
export type WhyBody = z.infer<typeof whyBody>;

/** Body of `POST /api/jobs/:name/restart`. */
export const restartBody = whyBody.extend({
  /** Cut off what runs, and wait for nothing. */
  emergency: z.boolean().default(false),
});
export type RestartBody = z.infer<typeof restartBody>;

/** Body of `POST /api/scheduler/restart`: of one group, or of every job. */
export const schedulerRestartBody = restartBody.extend({ group: z.string().max(200).optional() });
export type SchedulerRestartBody = z.infer<typeof schedulerRestartBody>;

/** What steering a job has brought. */
export const jobActionResult = z.object({
  /** False while a graceful restart still waits for what runs; it goes on by itself. */
  done: z.boolean(),
  /** What was done and what follows, in a sentence or two. */
  sentence: z.string(),
  /** The jobs it was about, as they are now. */
  jobs: z.array(jobReport),
});
export type JobActionResult = z.infer<typeof jobActionResult>;
