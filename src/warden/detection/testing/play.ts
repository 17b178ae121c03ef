import type { ConditionChange } from '../condition.ts';
import type { PastSample } from '../inputs.ts';
import { judge, type Judged } from '../judge.ts';
import { labelText } from '../labels.ts';
import type { Rule, Sample } from '../rule.ts';
import { noJudgement, type Judgement } from '../state.ts';

/** What a moment brings: a value of the signal `n`, or several samples; and how the clocks went on before it. */
export type Step =
  | number
  | null
  | {
      readonly samples?: readonly Sample[];
      readonly value?: number | null;
      /** Instead of the usual time since the step before: the process stood still. */
      readonly afterMs?: number;
      /** The wall clock was set by so much. */
      readonly wallJumpMs?: number;
    };

/** What came of a course of values. */
export interface Played {
  /** `20s started warning`, with labels where there are some. */
  readonly told: readonly string[];
  /** The reason of what was told last, or of the condition that lasts. */
  readonly reason: string | null;
  readonly last: Judged;
}

const WALL_MS = Date.UTC(2026, 0, 5);

/** Plays a course of values against rules; state goes through JSON at every step, as it does for a replay. */
export function play(
  rules: Rule | readonly Rule[],
  steps: readonly Step[],
  { everyMs = 10_000, past }: { readonly everyMs?: number; readonly past?: readonly PastSample[] } = {},
): Played {
  const all: readonly Rule[] = 'name' in rules ? [rules] : rules;
  let state: Judgement = noJudgement;
  let last: Judged | undefined;
  let told: readonly string[] = [];
  let reason: string | null = null;
  let monotonicMs = 0;
  let wallMs = WALL_MS;
  steps.forEach((step, place) => {
    const { value, samples, afterMs = everyMs, wallJumpMs = 0 } = asStep(step);
    const passedMs = place === 0 ? 0 : afterMs;
    monotonicMs += passedMs;
    wallMs += passedMs + wallJumpMs;
    const given = samples ?? (value === undefined ? [] : [{ signal: 'n', value }]);
    last = judge(state, given, all, { wallMs, monotonicMs }, { past, turnMs: everyMs });
    state = JSON.parse(JSON.stringify(last.judgement)) as Judgement;
    const at = monotonicMs / 1_000;
    told = [...told, ...last.changes.map((change) => `${at}s ${wordOf(change)}`)];
    reason = last.conditions.at(-1)?.reason ?? last.changes.at(-1)?.condition.reason ?? reason;
  });
  if (last === undefined) throw new Error('nothing was played');
  return { told, reason, last };
}

const asStep = (step: Step): Exclude<Step, number | null> =>
  typeof step === 'object' && step !== null ? step : { value: step };

function wordOf(change: ConditionChange): string {
  const { rule, level, labels } = change.condition;
  const about = labelText(labels);
  const who = rule === 'r' ? about : `${rule}${about}`;
  const what = change.kind === 'changed' ? `${change.from}->${level}` : `${change.kind} ${level}`;
  return who === '' ? what : `${who} ${what}`;
}

/** The same step so many times. */
export const flat = (count: number, value: Step): Step[] => Array<Step>(count).fill(value);

/** Values that change by the same amount with each step. */
export const ramp = (count: number, from: number, by: number): number[] =>
  Array.from({ length: count }, (_, place) => from + place * by);

/** What all rules of the tests have in common. */
export const BASE = {
  name: 'r',
  unit: '',
  forMs: 0,
  keepForMs: 0,
  essential: false,
  nextSteps: [],
  signal: 'n',
} as const;
