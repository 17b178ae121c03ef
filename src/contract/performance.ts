import { z } from 'zod';

/** What is timed: calls of an API by endpoint, runs of jobs by group, statements of the database, routes of the own API. */
export const timedKind = z.enum(['api', 'job', 'database', 'http']);
export type TimedKind = z.infer<typeof timedKind>;

const figures = z.object({
  count: z.number(),
  failed: z.number(),
  /** Share that did not fail, 0..1; null without any. */
  successShare: z.number().nullable(),
  averageMs: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** The slowest, within 3.2 %. */
  maxMs: z.number().nullable(),
  /** How many ended in a minute on average. */
  perMinute: z.number(),
});

/** How one thing fared. */
export const timedItem = z.object({
  kind: timedKind,
  name: z.string(),
  /** The last five minutes. */
  recent: figures,
  hour: figures,
  /** Slower than before: the average of the last five minutes against that of the hour without them; null when it is not. */
  slower: z.object({ ratio: z.number(), recentMs: z.number(), usualMs: z.number() }).nullable(),
});
export type TimedItem = z.infer<typeof timedItem>;

/** `GET /health/performance`: what took how long within the hour. */
export const performanceReport = z.object({
  at: z.number(),
  /** What has become slower, in words, the worst first; empty when nothing has. */
  findings: z.array(z.string()),
  /** By kind, and then what took most time in all first. */
  items: z.array(timedItem),
});
export type PerformanceReport = z.infer<typeof performanceReport>;
