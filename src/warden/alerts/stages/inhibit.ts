import type { Alert } from '../alert.ts';
import type { Decision } from './decision.ts';

/** Whether one rule explains another one while both have an alert: the root is told, its symptom is not. */
export type Explains = (cause: string, symptom: string) => boolean;

type Explained = Pick<Alert, 'key' | 'rule' | 'summary'>;

/**
 * Whether something that is firing explains it. What names each other explains nothing. Pure.
 * @param firing one alert of each rule that is there.
 */
export function inhibit(
  alert: Pick<Alert, 'rule'>,
  firing: Iterable<Explained>,
  explains: Explains,
): Decision & { readonly cause: string | null } {
  for (const root of firing) {
    if (root.rule === alert.rule || !explains(root.rule, alert.rule) || explains(alert.rule, root.rule))
      continue;
    return {
      kind: 'wait',
      why: `${root.rule} explains it, and is told instead.`,
      until: null,
      cause: root.summary,
    };
  }
  return { kind: 'pass', why: 'Nothing that is there explains it.', cause: null };
}
