import { z } from 'zod';
import { healthStatus, tokenStatus } from '../../contract/index.ts';
import { duration } from './duration.ts';

// A token is named by its id, by its mint, or, for all whose id begins so, by `NAME*`.
const token = z.string().min(1);
const text = z.string().min(1);
const range = z.strictObject({ min: z.number().optional(), max: z.number().optional() });
const span = z.tuple([duration, duration]).refine(([from, until]) => from < until, {
  error: 'must end later than it begins',
});

const status = z.union([
  z.strictObject({ token, at: duration, status: tokenStatus.or(z.literal('unknown')) }),
  z.strictObject({ token, between: span, status: tokenStatus.or(z.literal('unknown')) }),
]);

const transition = z.strictObject({
  token,
  from: tokenStatus,
  to: tokenStatus,
  notBefore: duration,
  notAfter: duration,
  /** Text that the reason must contain, in any case. */
  reason: text.optional(),
});

/** Entries of the journal: those in which all that is given agrees. */
const entry = z.strictObject({
  token: token.optional(),
  type: text.optional(),
  subject: text.optional(),
  from: tokenStatus.optional(),
  to: tokenStatus.optional(),
  reason: text.optional(),
  between: span.optional(),
});
const isNarrow = (value: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(value).some((key) => key !== 'between');

const condition = z.strictObject({
  rule: text,
  notBefore: duration.default(0),
  startsBy: duration,
  endsBy: duration.optional(),
});

const sampled = { token, at: duration };

/** What must come out of a world. Times are durations since its start. */
export const expectationSchema = z.strictObject({
  about: z.string().optional(),
  statuses: z.array(status).default([]),
  transitions: z.array(transition).default([]),
  never: z
    .array(entry.refine(isNarrow, { error: 'must name a token, type, subject, from, to or reason' }))
    .default([]),
  /** As many entries as `count` says; default at least one. */
  entries: z.array(entry.extend({ count: range.default({ min: 1 }) })).default([]),
  conditions: z.array(condition).default([]),
  scores: z.array(range.extend({ ...sampled, smoothed: z.boolean().default(false) })).default([]),
  /** How old a token's data is, in time since the last answer that told something. */
  ages: z
    .array(z.strictObject({ ...sampled, max: duration.optional(), min: duration.optional() }))
    .default([]),
  /** The last activation check. */
  checks: z
    .array(z.strictObject({ ...sampled, passed: z.boolean(), failedStep: text.optional() }))
    .default([]),
  /** What the service says of itself. */
  health: z
    .array(
      z.strictObject({
        at: duration,
        /** One of these. */
        is: z.array(healthStatus).min(1).optional(),
        /** None of these. */
        not: z.array(healthStatus).min(1).optional(),
      }),
    )
    .default([]),
  /** At the end of the run. */
  counts: z
    .strictObject({
      discovered: range.optional(),
      monitoring: range.optional(),
      active: range.optional(),
      archived: range.optional(),
      transitions: range.optional(),
    })
    .default({}),
});
export type Expectation = z.infer<typeof expectationSchema>;
export type Range = z.infer<typeof range>;
export type EntryPattern = z.infer<typeof entry>;
