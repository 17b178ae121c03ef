import type { Condition, JudgedRule, RecoveryReport } from '../../../src/contract/index.ts';
import { byGravity } from '../overview/gravest.ts';

export type Pending = RecoveryReport['pending'][number];
export type Action = RecoveryReport['actions'][number];
export type Outcome = Action['outcomes'][number];

/** What is done about a condition, or why nothing is. */
export type Standing =
  | { readonly kind: 'manual' | 'waiting' | 'recovering'; readonly why: string | null }
  /** The service has no action for it. `remedy`: what it does about it by itself all the same. */
  | { readonly kind: 'none'; readonly remedy: string | null };

export interface Treated {
  /** As the recovery names it. */
  readonly id: string;
  /** Null for one that recovery still knows and that is just over. */
  readonly condition: Condition | null;
  readonly lastAt: number | null;
  readonly standing: Standing;
}

/** The name of a condition: its rule, and its labels in the order of their names. Pure. */
export function conditionId({ rule, labels }: Pick<Condition, 'rule' | 'labels'>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? rule : `${rule}{${pairs.map(([name, value]) => `${name}=${value}`).join(',')}}`;
}

const ORDER: Readonly<Record<Standing['kind'], number>> = { manual: 0, recovering: 1, none: 2, waiting: 3 };

/**
 * Each condition with what is done about it: first what needs a person, last what waits. Pure.
 * @param rules may still be on their way.
 */
export function treatments(
  conditions: readonly Condition[],
  report: Pick<RecoveryReport, 'conditions' | 'pending'>,
  rules: readonly JudgedRule[],
): readonly Treated[] {
  const known = new Map(byGravity(conditions).map((each) => [conditionId(each), each]));
  const ladders = new Map(report.conditions.map((each) => [each.condition, each]));
  const ids = [...new Set([...known.keys(), ...ladders.keys()])];
  return (
    ids
      .map((id): Treated => {
        const condition = known.get(id) ?? null;
        const ladder = ladders.get(id);
        if (ladder)
          return { id, condition, lastAt: ladder.lastAt, standing: { kind: ladder.state, why: ladder.why } };
        const remedy = rules.find(({ name }) => name === condition?.rule)?.remedy ?? null;
        return { id, condition, lastAt: null, standing: { kind: 'none', remedy } };
      })
      // What is being healed stands with its action.
      .filter(({ id }) => !report.pending.some(({ condition }) => condition === id))
      .toSorted((a, b) => ORDER[a.standing.kind] - ORDER[b.standing.kind])
  );
}

/** What came of an action for all its conditions together. Pure. */
export function totals(outcomes: readonly Outcome[]): Omit<Outcome, 'condition'> {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, each) => all + of(each), 0);
  return {
    worked: sum(({ worked }) => worked),
    didNotWork: sum(({ didNotWork }) => didNotWork),
    madeItWorse: sum(({ madeItWorse }) => madeItWorse),
  };
}

/** All that is done, in one sentence. Pure. */
export function healingSentence(
  report: Pick<RecoveryReport, 'pending' | 'mode'>,
  treated: readonly Treated[],
): string {
  const number = (kind: Standing['kind']): number =>
    treated.filter(({ standing }) => standing.kind === kind).length;
  const [manual, waiting, none] = [
    number('manual'),
    number('waiting') + number('recovering'),
    number('none'),
  ];
  const running = report.pending.length;
  const parts = [
    ...(manual > 0 ? [`${manual} ${manual === 1 ? 'condition needs' : 'conditions need'} a person`] : []),
    ...(running > 0
      ? [`${running} ${running === 1 ? 'recovery' : 'recoveries'} running or being verified`]
      : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(none > 0 ? [`${none} without an action of the service`] : []),
  ];
  if (parts.length === 0) return 'Nothing has to be healed.';
  return `${parts.join(', ')}.`;
}
