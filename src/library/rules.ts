import type { Fault } from '../kernel/index.ts';
import {
  LEVELS,
  limitFaults,
  resourceRules,
  sideOf,
  type Rule,
  type Threshold,
  type ThresholdRule,
} from '../warden/detection/index.ts';
import { monitorRules } from '../warden/index.ts';
import * as check from './faults.ts';

/** A limit: a number, or one for entering a level and one on its good side for leaving it. */
export type Limit = number | Threshold;

/** What may be left out of a rule, with its default. */
interface Common {
  /** Of the figure, for people: `s`, `%`, `bytes`, `ratio` (0..1, shown as %), any other word. Default: none. */
  readonly unit?: string | undefined;
  /** Over the limit for so long before it counts, in ms. Default 0. */
  readonly forMs?: number | undefined;
  /** Well again for so long before it is over, in ms. Default 0. */
  readonly keepForMs?: number | undefined;
  /** While it cannot be measured, health is unknown, not healthy. Default false. */
  readonly essential?: boolean | undefined;
  /** What a person can do about it. */
  readonly nextSteps?: readonly string[] | undefined;
}

interface Limits {
  /** The service is degraded from here on. Where a number is given, it is over again a tenth on the good side of it. */
  readonly warning?: Limit | undefined;
  /** Worse, and degraded still. */
  readonly error?: Limit | undefined;
  /** The service is critical from here on. */
  readonly critical?: Limit | undefined;
}

/** Limits of a signal, as `warden.signal` takes them. */
export interface SignalLimits extends Common, Limits {
  /** Which way is bad. Default `above`. */
  readonly side?: 'above' | 'below' | undefined;
  /** One plain sentence about a figure over a limit. Default: made of signal, figure and limit. */
  readonly describe?: ThresholdRule['describe'];
  /** What it says something about. Default: the first part of the name. */
  readonly component?: string | undefined;
  /** Rules that explain this one: those are healed, this one waits. */
  readonly symptomOf?: readonly string[] | undefined;
}

type Levels = keyof Limits;
type Loosened<R extends Rule, Usual extends keyof R> = Omit<R, 'kind' | keyof Common | Usual | Levels> &
  Partial<Pick<R, Usual>> &
  Common &
  (R extends { readonly kind: 'composite' } ? Pick<R, Levels & keyof R> : Limits);
type Of<Kind extends Rule['kind']> = Extract<Rule, { readonly kind: Kind }>;

/** A rule as plain data. Without a `kind` the value of the signal itself is held against the limits. */
export type RuleInput =
  | ({ readonly kind?: 'threshold' | undefined } & Loosened<Of<'threshold'>, never>)
  /** Default: over 5 min, as change in a minute. */
  | ({ readonly kind: 'rate' } & Loosened<Of<'rate'>, 'windowMs' | 'perMs' | 'counter'>)
  | ({ readonly kind: 'absence' } & Loosened<Of<'absence'>, 'unchanged'>)
  | ({ readonly kind: 'ratio' } & Loosened<Of<'ratio'>, 'atLeast' | 'windowMs'>)
  /** Default: by up to 30 points of a minute each. */
  | ({ readonly kind: 'trend' } & Loosened<Of<'trend'>, 'side' | 'stepMs' | 'points' | 'sure'>)
  /** Default: 5 min against the 30 before. */
  | ({ readonly kind: 'degradation' } & Loosened<
      Of<'degradation'>,
      'side' | 'windowMs' | 'baselineMs' | 'pointsAtLeast'
    >)
  /** Default: in 10 min. */
  | ({ readonly kind: 'count' } & Loosened<Of<'count'>, 'windowMs'>)
  | ({ readonly kind: 'composite' } & Loosened<Of<'composite'>, 'by'>);

const MINUTE_MS = 60_000;

/** What the kinds have of their own: what may be left out with its default, and what may not. */
const KINDS: Readonly<
  Record<string, { readonly usual: Readonly<Record<string, unknown>>; readonly required: readonly string[] }>
> = {
  threshold: { usual: {}, required: ['signal'] },
  rate: { usual: { windowMs: 5 * MINUTE_MS, perMs: MINUTE_MS, counter: false }, required: ['signal'] },
  absence: { usual: { unchanged: false }, required: ['signal'] },
  ratio: { usual: { atLeast: 0, windowMs: null }, required: ['signal', 'to'] },
  trend: {
    usual: { side: 'above', stepMs: MINUTE_MS, points: 30, sure: 0.95 },
    required: ['signal', 'limit'],
  },
  degradation: {
    usual: { side: 'above', windowMs: 5 * MINUTE_MS, baselineMs: 30 * MINUTE_MS, pointsAtLeast: 10 },
    required: ['signal'],
  },
  count: { usual: { windowMs: 10 * MINUTE_MS }, required: ['occurrence'] },
  composite: { usual: { by: [] }, required: [] },
};
const SIDED: readonly string[] = ['threshold', 'rate', 'ratio', 'trend', 'degradation'];

const COMMON: Readonly<Record<string, check.Check>> = {
  unit: (value) => (value === '' ? null : check.text(value)),
  forMs: check.ms(0),
  keepForMs: check.ms(0),
  unknownForMs: check.ms(0),
  essential: check.flag,
  describe: check.callable,
  nextSteps: check.texts,
  component: check.name,
  symptomOf: check.texts,
};

const OWN: Readonly<Record<string, check.Check>> = {
  signal: check.name,
  labels: check.object,
  to: check.name,
  windowMs: (value) => (value === null ? null : check.ms(1)(value)),
  perMs: check.ms(1),
  stepMs: check.ms(1),
  baselineMs: check.ms(1),
  counter: check.flag,
  unchanged: check.flag,
  limit: check.number,
  atLeast: check.number,
  sure: check.number,
  points: check.wholeFrom(10),
  pointsAtLeast: check.wholeFrom(2),
  occurrence: check.object,
  by: check.list,
};

const isLimit: check.Check = (value) => {
  if (typeof value === 'number') return check.number(value);
  const [fault] = check.faultsOf(
    value,
    { enter: check.number, leave: check.number, forMs: check.ms(0), keepForMs: check.ms(0) },
    ['enter', 'leave'],
  );
  return fault === undefined ? null : `must be a number, or { enter, leave }: ${fault.path} ${fault.message}`;
};

/**
 * The rule that was meant.
 * @throws MoonwardenError OPTIONS_INVALID that names all that is wrong with it.
 */
export function ruleOf(what: string, given: RuleInput): Rule {
  const kind = check.isObject(given) ? (given.kind ?? 'threshold') : 'threshold';
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined)
    check.refuse(what, [
      {
        path: 'kind',
        message:
          (kind as string) === 'past'
            ? 'past needs the history of other days, which is not kept here'
            : (check.oneOf(Object.keys(KINDS))(kind) ?? ''),
      },
    ]);
  const { usual = {}, required = [] } = known ?? {};
  const own = [...required, ...Object.keys(usual), ...(required.includes('signal') ? ['labels'] : [])];
  const limit = kind === 'composite' ? check.object : isLimit;
  const faults = check.faultsOf(
    given,
    {
      name: check.name,
      kind: check.text,
      ...Object.fromEntries(own.flatMap((field) => (OWN[field] ? [[field, OWN[field]]] : []))),
      ...(SIDED.includes(kind) ? { side: check.oneOf(['above', 'below']) } : {}),
      ...Object.fromEntries(LEVELS.map((level) => [level, limit])),
      ...COMMON,
    },
    ['name', ...required],
  );
  check.refuse(what, faults);
  if (LEVELS.every((level) => given[level] === undefined))
    check.refuse(what, [{ path: '', message: 'has no limit; give it warning, error or critical' }]);
  const made: object = {
    unit: kind === 'absence' ? 's' : kind === 'ratio' ? 'ratio' : '',
    forMs: 0,
    keepForMs: 0,
    essential: false,
    nextSteps: [],
    ...usual,
    ...withoutUndefined(given),
    kind,
  };
  // Checked above: with the defaults of its kind it is a rule.
  const whole = made as Rule;
  if (whole.kind === 'composite') return whole;
  const rule = withThresholds(whole);
  check.refuse(what, orderFaults(rule));
  return rule;
}

const withoutUndefined = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

type Figured = Exclude<Rule, { readonly kind: 'composite' }>;

/** Numbers alone become thresholds that do not flap. */
function withThresholds(rule: Figured): Figured {
  const sign = sideOf(rule) === 'above' ? 1 : -1;
  const of = (limit: Limit | undefined): Threshold | undefined =>
    typeof limit === 'number' ? { enter: limit, leave: limit - sign * 0.1 * Math.abs(limit) } : limit;
  return { ...rule, warning: of(rule.warning), error: of(rule.error), critical: of(rule.critical) };
}

/** What is wrong with the order of its limits. */
const orderFaults = (rule: Figured): readonly Fault[] =>
  limitFaults(rule).map((fault) =>
    fault.kind === 'leave'
      ? {
          path: `${fault.level}.leave`,
          message: `(${fault.leave}) must be on the good side of enter (${fault.enter})`,
        }
      : { path: fault.level, message: `must be ${fault.beyond} the milder limit (${fault.milder.enter})` },
  );

/** What a person can do who has no service of ours, but a program of their own. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  'process.cpu': [
    'Take a CPU profile (`node --cpu-prof`), and see whether the work can be done less often or by more processes.',
  ],
  'process.memory': [
    'Give the container or the machine more memory, or restart the process before the system ends it.',
  ],
  'process.memory_limit': ['Restart the process at a quiet time, or raise `resources.memoryLimitBytes`.'],
  'process.heap': [
    'Raise the limit with `NODE_OPTIONS=--max-old-space-size=...`, or restart the process at a quiet time.',
    'A heap that only grows is a leak: compare two heap snapshots.',
  ],
  'process.event_loop': ['See in the log what ran at that time, and whether the machine itself is busy.'],
  'host.disk': ['Make room on that disk.'],
};

/** The rules about process and machine. */
export const processRules = (memoryLimitBytes: number | null): readonly Rule[] =>
  resourceRules({ memoryLimitBytes }).map((rule) => ({
    ...rule,
    nextSteps: STEPS[rule.name] ?? rule.nextSteps,
    ...(rule.name === 'host.disk' ? { describe: undefined, unit: 'ratio' } : {}),
  }));

/** The rules about the warden itself. */
export const selfRules: readonly Rule[] = monitorRules;
