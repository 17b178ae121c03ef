import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A span such as `30s`, `15m`, `24h`, `90d`; comes out in ms. */
const span = (minMs: number, maxMs: number, about: string) =>
  z.string().transform((input, context) => {
    const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(input.trim());
    const ms = Number(match?.[1]) * UNIT_MS[(match?.[2] ?? 'ms') as keyof typeof UNIT_MS];
    if (match && ms >= minMs && ms <= maxMs) return ms;
    context.addIssue({ code: 'custom', message: `must be a time ${about}, as 30s, 15m, 24h or 7d` });
    return z.NEVER;
  });

const labels = z.record(z.string(), z.string());

/** `a=b,c=d` as labels. */
const labelList = z
  .string()
  .max(1_000)
  .transform((input, context) => {
    const pairs = input.split(',').map((pair) => /^\s*([A-Za-z_]\w*)=(.*)$/.exec(pair));
    if (pairs.every((pair) => pair !== null))
      return Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[2] ?? '']));
    context.addIssue({ code: 'custom', message: 'must be label=value, several with commas' });
    return z.NEVER;
  });

const moment = z.coerce.number().int().min(0).max(8.64e15);

/** Query of `GET /api/signals/:name`: the last hour, unless `last`, or `from` and `to`, say otherwise. */
export const signalQuery = z
  .object({
    last: span(60_000, 90 * 86_400_000, 'from 1m to 90d').optional(),
    /** Ms since the epoch. */
    from: moment.optional(),
    /** Ms since the epoch, itself not included; by default now. */
    to: moment.optional(),
    /** By default the finest that is kept over the whole range. */
    step: span(1_000, 30 * 86_400_000, 'from 1s to 30d').optional(),
    labels: labelList.optional(),
  })
  .superRefine(({ last, from, to }, context) => {
    if (last !== undefined && (from !== undefined || to !== undefined))
      context.addIssue({ code: 'custom', path: ['last'], message: 'cannot stand beside from and to' });
    if (from === undefined && to !== undefined)
      context.addIssue({ code: 'custom', path: ['from'], message: 'must be there when to is' });
    if (from !== undefined && to !== undefined && from >= to)
      context.addIssue({ code: 'custom', path: ['from'], message: 'must be before to' });
  });
export type SignalQuery = z.infer<typeof signalQuery>;

/** A resolution of the history and what is stored of it. */
const signalTier = z.object({
  name: z.enum(['raw', 'minute', 'quarter']),
  /** Length of a row in ms; null for points as they were measured. */
  stepMs: z.number().nullable(),
  keptMs: z.number(),
  rows: z.number(),
  bytes: z.number(),
});

/** From where on a rule calls the value too high. */
const signalLimit = z.object({
  rule: z.string(),
  level: z.enum(['warning', 'error', 'critical']),
  value: z.number(),
  /** Of which series; none of a signal without labels. */
  labels,
});
export type SignalLimit = z.infer<typeof signalLimit>;

/** `GET /api/signals`. */
export const signalList = z.object({
  at: z.number(),
  items: z.array(
    z.object({
      name: z.string(),
      labels,
      unit: z.string().nullable(),
      /** What it measures, in words; null where the name has to do. */
      meaning: z.string().nullable(),
      /** The worst that a rule says of it now; null when none says anything. */
      level: z.enum(['warning', 'error', 'critical']).nullable(),
      /** The last that was recorded since the service started. */
      last: z.object({ at: z.number(), value: z.number() }).nullable(),
    }),
  ),
  maxSeries: z.number(),
  recordEveryMs: z.number(),
  /** Measured at most five minutes ago. */
  tiers: z.array(signalTier),
  bytes: z.number(),
  /** Points that were not stored since the start: of too many series, too late, or while the store took none. */
  dropped: z.number(),
});
export type SignalList = z.infer<typeof signalList>;

/** What is known of the step that begins at `at`; of a raw point, at its own moment. */
const signalRow = z.object({
  at: z.number(),
  min: z.number(),
  max: z.number(),
  avg: z.number(),
  /** Of a step of several rows that are rolled up: the highest of theirs. */
  p95: z.number(),
  count: z.number(),
});

/** `GET /api/signals/:name`. Where nothing was measured, there is no row. */
export const signalHistory = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  meaning: z.string().nullable(),
  limits: z.array(signalLimit),
  from: z.number(),
  to: z.number(),
  /** Null when the rows are the points themselves. */
  stepMs: z.number().nullable(),
  series: z.array(z.object({ labels, rows: z.array(signalRow) })),
});
export type SignalHistoryReport = z.infer<typeof signalHistory>;
