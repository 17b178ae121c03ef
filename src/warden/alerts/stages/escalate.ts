import { spanOf } from '../../detection/index.ts';
import type { Alert } from '../alert.ts';
import { matches } from '../match.ts';
import type { EscalationPolicy, EscalationStep } from '../settings.ts';

type Escalated = Pick<
  Alert,
  'key' | 'rule' | 'component' | 'kind' | 'labels' | 'severity' | 'told' | 'ack' | 'endedAt' | 'escalation'
>;

/** The first policy that is for it. Pure. */
const policyOf = (alert: Escalated, policies: readonly EscalationPolicy[]): EscalationPolicy | undefined =>
  policies.find(({ match }) => matches(match, alert));

/** Where the clock of an alert's policy stands: the step that is next, and when it is due. Pure. */
export function nextEscalation(
  alert: Escalated,
  policies: readonly EscalationPolicy[],
  now: number,
): Alert['escalation'] {
  const { told, ack, endedAt } = alert;
  if (told === null || !told.firing || endedAt !== null) return null;
  // Who has it in hand is not hurried; when that runs out, the clock begins anew.
  if (ack !== null && now < ack.until) return null;
  const policy = policyOf(alert, policies);
  if (policy === undefined) return null;
  const { step, repeats } = alert.escalation ?? { step: 0, repeats: 0 };
  const done = policy.steps[step - 1];
  const startedAt = Math.max(told.firstAt, ack?.until ?? 0);
  const next = policy.steps[step];
  const nextAt = next === undefined ? Infinity : startedAt + next.afterMs;
  const againAt =
    done?.repeatMs === null || done === undefined
      ? Infinity
      : startedAt + done.afterMs + (repeats + 1) * done.repeatMs;
  const dueAt = Math.min(nextAt, againAt);
  return Number.isFinite(dueAt) ? { step, repeats, dueAt } : null;
}

/** What is to be done now by the policy, if anything. Pure. */
export function escalate(
  alert: Escalated,
  policies: readonly EscalationPolicy[],
  now: number,
): {
  readonly step: EscalationStep;
  readonly number: number;
  readonly after: Alert['escalation'];
  readonly why: string;
} | null {
  const standing = nextEscalation(alert, policies, now);
  const policy = policyOf(alert, policies);
  if (standing === null || policy === undefined || standing.dueAt > now || alert.told === null) return null;
  const startedAt = Math.max(alert.told.firstAt, alert.ack?.until ?? 0);
  const following = policy.steps[standing.step];
  const isNext = following !== undefined && startedAt + following.afterMs <= now;
  const step = isNext ? following : policy.steps[standing.step - 1];
  if (step === undefined) return null;
  const number = isNext ? standing.step + 1 : standing.step;
  const taken = { step: number, repeats: isNext ? 0 : standing.repeats + 1, dueAt: now };
  return {
    step,
    number,
    after: nextEscalation({ ...alert, escalation: taken }, policies, now) ?? { ...taken, dueAt: Infinity },
    why: `Nobody has taken it on for ${spanOf(now - startedAt)}: step ${number} goes to ${step.channels.join(', ')}.`,
  };
}
