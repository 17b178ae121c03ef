import type { Labels } from '../metrics/index.ts';
import { signalOf, type Rule } from './rule.ts';
import type { SeriesState } from './state.ts';

/** A rule that cannot be judged, because its figure is not known. */
export interface Missing {
  readonly rule: string;
  /** What should be measured: a signal, or the rule itself where it looks at other rules. */
  readonly signal: string;
  readonly labels: Labels;
  readonly forMs: number;
  /** Whether the signal was never measured at all: its name may be wrong. */
  readonly isAwaited: boolean;
}

const UNKNOWN_FOR_MS = 300_000;

/** Whether a figure has been missing for so long that it counts as unknown. */
export function isUnknown(rule: Rule, { missingMs }: Pick<SeriesState, 'missingMs'>): boolean {
  return missingMs !== null && missingMs >= (rule.unknownForMs ?? (rule.essential ? 0 : UNKNOWN_FOR_MS));
}

export const missingOf = (rule: Rule, { labels, missingMs, isAwaited }: SeriesState): Missing => ({
  rule: rule.name,
  signal: signalOf(rule) ?? rule.name,
  labels,
  forMs: missingMs ?? 0,
  isAwaited,
});
