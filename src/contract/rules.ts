import { z } from 'zod';

const level = z.enum(['warning', 'error', 'critical']);
export const ruleVerdict = z.enum(['well', 'waiting', 'unknown', 'warning', 'error', 'critical']);

/** A rule by which the service judges itself, and how it stands. */
const judgedRule = z.object({
  name: z.string(),
  kind: z.string(),
  /** Whose rule it is: the service's own, that one as the configuration changed it, or the user's. */
  origin: z.enum(['default', 'changed', 'custom']),
  /** What it looks at; null for one that looks at other rules. */
  signal: z.string().nullable(),
  /** Of its levels and values. */
  unit: z.string(),
  /** While it is unknown, so is health. */
  essential: z.boolean(),
  /** Numbers of each level, from the mildest on; null for a level without any. */
  levels: z.array(
    z.object({
      level,
      enter: z.number().nullable(),
      leave: z.number().nullable(),
      forMs: z.number(),
      keepForMs: z.number(),
    }),
  ),
  /** The gravest verdict of its series. `waiting`: nothing is known yet. */
  verdict: ruleVerdict,
  /** One plain sentence about the gravest. */
  reason: z.string(),
  /** How many series it judges. */
  series: z.number(),
  /** The gravest series, 100 at the most. */
  gravest: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      verdict: ruleVerdict,
      reason: z.string(),
      value: z.number().nullable(),
      since: z.number().nullable(),
    }),
  ),
  nextSteps: z.array(z.string()),
  /** The page that says what to do, from the root of the repository; null for a rule of the user's own. */
  runbook: z.string().nullable(),
  /** What the service does about it by itself. */
  remedy: z.string().nullable(),
});
export type JudgedRule = z.infer<typeof judgedRule>;

/** `GET /api/rules`. */
export const ruleList = z.object({ at: z.number(), items: z.array(judgedRule) });
export type RuleList = z.infer<typeof ruleList>;
