import { z } from 'zod';
import { duration, flag, hintOf, integer, number, text } from '../../warden/config/index.ts';

/** An object whose other keys are faults. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `"${key}" is not known here; ${hintOf(key, Object.keys(shape))}`).join(' ')
        : `must be an object, not ${JSON.stringify(issue.input)}`,
  });
}

const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, {
    error: ({ input }) => `must be one of ${values.join(', ')}, not ${JSON.stringify(input)}`,
  });

const side = choice(['above', 'below']);
const level = choice(['warning', 'error', 'critical']);
const labels = z.record(z.string(), text());
const window = duration({ minMs: 1_000, maxMs: 86_400_000 });
const held = duration({ maxMs: 86_400_000 });

const threshold = strict({
  enter: number(),
  leave: number(),
  for: held.optional(),
  keep_for: held.optional(),
});
const levels = { warning: threshold.optional(), error: threshold.optional(), critical: threshold.optional() };

const common = {
  name: z
    .string({ error: ({ input }) => `must be text, not ${JSON.stringify(input)}` })
    .regex(
      /^[a-z][a-z0-9_.-]{0,79}$/,
      'must be made of small letters, digits, ".", "_" and "-", a letter first',
    ),
  unit: z.string().max(20).default(''),
  for: held.prefault('0s'),
  keep_for: held.prefault('0s'),
  unknown_for: held.optional(),
  essential: flag().default(false),
  next_steps: z.array(text()).default([]),
};
const onSignal = { ...common, signal: text({ max: 100 }), labels: labels.optional(), ...levels };

/** The input of an expression, which may contain itself. */
interface RuleReference {
  readonly rule: string;
  readonly level?: 'warning' | 'error' | 'critical' | undefined;
}
export type WrittenExpression =
  | RuleReference
  | { readonly all: readonly WrittenExpression[] }
  | { readonly any: readonly WrittenExpression[] }
  | { readonly not: WrittenExpression };
const expression: z.ZodType<WrittenExpression, WrittenExpression> = z.lazy(() =>
  z.union(
    [
      strict({ rule: text(), level: level.optional() }),
      strict({ all: z.array(expression).min(1) }),
      strict({ any: z.array(expression).min(1) }),
      strict({ not: expression }),
    ],
    { error: () => 'must be { "rule": NAME }, { "all": [...] }, { "any": [...] } or { "not": ... }' },
  ),
);

const occurrence = strict({
  of: choice(['changes', 'crossings', 'increase', 'starts']),
  signal: text().optional(),
  labels: labels.optional(),
  at: number().optional(),
  side: side.optional(),
  rule: text().optional(),
});

const shapes = {
  threshold: strict({ kind: z.literal('threshold'), ...onSignal, side: side.optional() }),
  rate: strict({
    kind: z.literal('rate'),
    ...onSignal,
    side: side.optional(),
    window: window.prefault('5m'),
    per: window.prefault('1m'),
    counter: flag().default(false),
  }),
  absence: strict({ kind: z.literal('absence'), ...onSignal, unchanged: flag().default(false) }),
  ratio: strict({
    kind: z.literal('ratio'),
    ...onSignal,
    side: side.optional(),
    to: text({ max: 100 }),
    at_least: number({ min: 0 }).default(0),
    window: window.optional(),
  }),
  past: strict({
    kind: z.literal('past'),
    ...onSignal,
    side,
    window: window.prefault('5m'),
    days_at_least: integer({ min: 1, max: 7 }).default(3),
  }),
  trend: strict({
    kind: z.literal('trend'),
    ...onSignal,
    limit: number(),
    side: side.default('above'),
    horizon: window.prefault('30m'),
    step: window.prefault('1m'),
    points: integer({ min: 10, max: 120 }).default(30),
    sure: number({ min: 0.5, max: 0.9999 }).default(0.95),
  }),
  degradation: strict({
    kind: z.literal('degradation'),
    ...onSignal,
    side: side.default('above'),
    window: window.prefault('5m'),
    baseline: window.prefault('30m'),
    points_at_least: integer({ min: 3, max: 15 }).default(10),
  }),
  count: strict({
    kind: z.literal('count'),
    ...common,
    ...levels,
    count: occurrence,
    window: window.prefault('10m'),
  }),
  composite: strict({
    kind: z.literal('composite'),
    ...common,
    warning: expression.optional(),
    error: expression.optional(),
    critical: expression.optional(),
    by: z.array(text()).default([]),
  }),
} as const;

const RULE_KINDS = Object.keys(shapes);
/** A rule as it stands in the configuration. */
export const ruleSchema = z.discriminatedUnion(
  'kind',
  [
    shapes.threshold,
    shapes.rate,
    shapes.absence,
    shapes.ratio,
    shapes.past,
    shapes.trend,
    shapes.degradation,
    shapes.count,
    shapes.composite,
  ],
  {
    error: ({ input }) => {
      const given = typeof input === 'object' && input !== null && 'kind' in input ? input.kind : undefined;
      return given === undefined
        ? `the kind is missing; it is one of ${RULE_KINDS.join(', ')}`
        : `the kind ${JSON.stringify(given)} is not known; ${hintOf(typeof given === 'string' ? given : '', RULE_KINDS)}`;
    },
  },
);
export type WrittenRule = z.output<typeof ruleSchema>;

const partial = strict({
  enter: number().optional(),
  leave: number().optional(),
  for: held.optional(),
  keep_for: held.optional(),
});

/** What a user says about a default rule. A level that is null is no level of it any more. */
export const overrideSchema = strict({
  off: flag().default(false),
  warning: partial.nullable().optional(),
  error: partial.nullable().optional(),
  critical: partial.nullable().optional(),
  for: held.optional(),
  keep_for: held.optional(),
  unknown_for: held.optional(),
});
export type Override = z.output<typeof overrideSchema>;
