import type { BreakerPhases } from './breaker-phases.ts';
import type { Refusal } from './call.ts';

/** What a refusal says beside the state. `nowMs` is monotonic. */
interface Facts {
  readonly name: string;
  /** Why it last opened. */
  readonly why: string;
  readonly lastCause: string | null;
  readonly nowMs: number;
  readonly wallNowMs: number;
}

type Where = Pick<Refusal, 'state' | 'reason' | 'retryInMs'> & { readonly sinceMs: number };

/**
 * Why a call is refused, or how things stand. Half-open or ramping up, the next one may be let through at any moment, so `retryInMs` is 0;
 * isolated by hand, nobody can say: `nextTryAt` is null and `retryInMs` Infinity.
 */
export function refusalOf(phases: BreakerPhases, facts: Facts): Refusal {
  const { state, reason, retryInMs, sinceMs } = whereOf(phases, facts);
  return {
    dependency: facts.name,
    by: 'breaker',
    reason,
    state,
    since: Math.round(facts.wallNowMs - (facts.nowMs - sinceMs)),
    nextTryAt: retryInMs === Infinity ? null : Math.ceil(facts.wallNowMs + retryInMs),
    retryInMs,
    lastCause: facts.lastCause,
  };
}

function whereOf(phases: BreakerPhases, { name, nowMs, why, lastCause }: Facts): Where {
  const { isolations, phase } = phases;
  const [first] = isolations;
  if (first !== undefined) {
    const reasons = isolations.map(({ reason }) => reason).join(', ');
    const reason = `${name} is isolated: ${reasons}`;
    return { state: 'isolated', reason, retryInMs: Infinity, sinceMs: first.sinceMs };
  }
  const { sinceMs } = phase;
  const after = lastCause === null ? `after ${why}` : `after ${why}: ${lastCause}`;
  switch (phase.kind) {
    case 'open': {
      // Rounded up, so that who waits as long is not too early.
      const retryInMs = Math.max(0, Math.ceil(phase.untilMs - nowMs));
      return { state: 'open', reason: `${name} is left alone ${after}`, retryInMs, sinceMs };
    }
    case 'half_open':
      return { state: 'half_open', reason: `${name} is being tried ${after}`, retryInMs: 0, sinceMs };
    case 'closed':
      return phases.ramp === null
        ? { state: 'closed', reason: `${name} is being called`, retryInMs: 0, sinceMs }
        : {
            state: 'ramping',
            reason: `${name} has just come back and takes few calls at once`,
            retryInMs: 0,
            sinceMs,
          };
  }
}
