import { LEVELS, type Level } from './level.ts';
import { sideOf, type Rule } from './rule.ts';

/** Limits of a rule that do not go together. */
export type LimitFault =
  /** It would be left before it is entered. `good` is the side on which `leave` has to be. */
  | {
      readonly kind: 'leave';
      readonly level: Level;
      readonly enter: number;
      readonly leave: number;
      readonly good: 'above' | 'below';
    }
  /** It is entered before a milder level is. `beyond` is the side on which it has to be of that. */
  | {
      readonly kind: 'order';
      readonly level: Level;
      readonly enter: number;
      readonly milder: { readonly level: Level; readonly enter: number };
      readonly beyond: 'above' | 'below';
    };

/** Each `leave` on the good side of its `enter`, or at it; each level beyond the milder ones, or at them. Pure. */
export function limitFaults(rule: Rule): readonly LimitFault[] {
  if (rule.kind === 'composite') return [];
  const beyond = sideOf(rule);
  const good = beyond === 'above' ? 'below' : 'above';
  const sign = beyond === 'above' ? 1 : -1;
  const faults: LimitFault[] = [];
  let milder: { readonly level: Level; readonly enter: number } | null = null;
  for (const level of LEVELS) {
    const own = rule[level];
    if (own === undefined) continue;
    const { enter, leave } = own;
    if (sign * leave > sign * enter) faults.push({ kind: 'leave', level, enter, leave, good });
    if (milder !== null && sign * enter < sign * milder.enter)
      faults.push({ kind: 'order', level, enter, milder, beyond });
    milder = { level, enter };
  }
  return faults;
}
