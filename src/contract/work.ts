import { z } from 'zod';
import { tokenStatus } from './tokens.ts';

/** The groups in which tokens are read; each is a job. */
export const readGroup = z.enum(['hot', 'cold', 'archive', 'activation']);

/** Where a token is on its way: due and not read yet, being asked for, judged and scored, stored. */
export const workStage = z.enum(['queued', 'fetched', 'judged', 'stored']);
export type WorkStage = z.infer<typeof workStage>;

/** How tokens pass a stage, over the last five minutes. */
const stageFigures = z.object({
  group: readGroup,
  stage: workStage,
  /** Tokens in it at a time, on average. */
  waiting: z.number(),
  /** Tokens that leave it in a minute. */
  perMinute: z.number(),
  /** How long a token is in it, on average: tokens in it / tokens that leave it (Little's law). Null when none leaves it. */
  dwellMs: z.number().nullable(),
  /** 95th percentile of what those that left it took; null without any. */
  p95Ms: z.number().nullable(),
});
export type StageFigures = z.infer<typeof stageFigures>;

/** Where work waits longest. */
export const bottleneck = z.object({
  group: readGroup,
  stage: workStage,
  dwellMs: z.number().nullable(),
  /** Of all stages of the group. */
  totalMs: z.number().nullable(),
  /** One sentence with the evidence and the cause. */
  sentence: z.string(),
  /** What would help: a setting or a command, in a sentence. */
  knob: z.string(),
});
export type Bottleneck = z.infer<typeof bottleneck>;

/** `GET /health/tokens`: how the work on tokens gets on. */
export const workReport = z.object({
  at: z.number(),
  counts: z.object({ monitoring: z.number(), active: z.number(), archived: z.number(), total: z.number() }),
  /** Tokens read a minute. */
  refreshedPerMinute: z.number(),
  /** Tokens judged by all of their pools a minute. */
  checkedPerMinute: z.number(),
  /** Tokens that are due and not being read, by the group that would read them. */
  backlog: z.record(readGroup, z.number()),
  /** How long tokens have waited without any being processed; 0 while work flows. */
  stalledForMs: z.number(),
  /** Tokens in monitoring for over three minutes that were not judged, for a reason that is not the market. */
  stuck: z.number(),
  /** How late reads began, planned to real, over the last five minutes, by status and score band. */
  lag: z.array(
    z.object({
      status: tokenStatus,
      /** Against the score at which a token is hot. */
      band: z.enum(['unscored', 'below', 'hot', 'very hot']),
      perMinute: z.number(),
      averageMs: z.number(),
      p95Ms: z.number(),
    }),
  ),
  stages: z.array(stageFigures),
  /** Null while nothing holds the work up. */
  bottleneck: bottleneck.nullable(),
});
export type WorkReport = z.infer<typeof workReport>;
