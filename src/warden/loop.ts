import type { Clock } from '../kernel/index.ts';
import {
  judge,
  noJudgement,
  type Condition,
  type Judged,
  type Judgement,
  type Rule,
  type Sample,
} from './detection/index.ts';
import { assess, type Health } from './health/index.ts';
import { observe, recall, type ObservePorts } from './observe.ts';
import {
  decide,
  noRecoveries,
  verify,
  type DecideInput,
  type EndedAction,
  type Intent,
  type RecoveryState,
  type Verdict,
} from './recovery/index.ts';

/** What the loop needs of the world. `warden.ts` makes them out of what the application hands in. */
export interface LoopPorts
  extends ObservePorts, Pick<DecideInput, 'rules' | 'actions' | 'settings' | 'noRestart'> {
  readonly clock: Clock;
  /** What measurements are held against. */
  readonly rules: readonly Rule[];
  /** Time between turns, in ms: a turn that is far later was held up, and what was not seen counts for nothing. */
  readonly turnMs?: number | undefined;
  /** Actions that have run since the last turn. */
  readonly ended: () => readonly EndedAction[];
  /** What people have asked for since the last turn. */
  readonly requests: () => DecideInput['requests'];
  /** Carries an intent out: tells of it, and begins what is to be done; what runs ends by itself. Never rejects. */
  readonly carryOut: (intent: Intent, health: Health) => Promise<void>;
  /** Stores what a turn found and did. Never rejects. */
  readonly record: (turn: TurnRecord) => Promise<void>;
  /** Whether the service cannot do its work without what a condition is about; left out: it never can. */
  readonly isEssential?: ((condition: Condition) => boolean) | undefined;
  /** Is told in each turn which rules are broken. Never throws. */
  readonly onRuleErrors?: ((failed: Judged['failed']) => void) | undefined;
}

/** What one turn leaves for the record. */
export interface TurnRecord {
  readonly at: number;
  readonly samples: readonly Sample[];
  readonly intents: readonly Intent[];
  /** What became of actions of earlier turns. */
  readonly verdicts: readonly Verdict[];
  readonly health: Health;
}

/** What a turn hands to the next one. */
export interface LoopState {
  readonly judgement: Judgement;
  readonly recoveries: RecoveryState;
  readonly health: Health | null;
}

export const firstState: LoopState = { judgement: noJudgement, recoveries: noRecoveries, health: null };

/**
 * One turn of the control loop over the service that this process runs; `warden.ts` turns it once a second, one turn at a
 * time. What cannot wait for a turn (a timeout, a quota) is decided where the call is made, in `resilience`, and shows up
 * here as a signal. Judging, assessing, verifying and deciding are pure functions of their arguments; only the ports
 * touch the world.
 */
export async function turn(state: LoopState, ports: LoopPorts): Promise<LoopState> {
  const now = { wallMs: ports.clock.now(), monotonicMs: ports.clock.monotonic() };

  const samples = observe(ports);
  // Conditions are what a rule finds wrong; changes say which of them started, worsened, eased or ended.
  const judged = judge(state.judgement, samples, ports.rules, now, {
    past: recall(ports),
    turnMs: ports.turnMs,
  });
  const { judgement, conditions, changes, unknown } = judged;
  ports.onRuleErrors?.(judged.failed);
  const health = assess(conditions, unknown, state.health, now.wallMs, ports.isEssential);
  // An action of an earlier turn worked if its condition is gone in time; one without effect climbs a step.
  const verified = verify(state.recoveries, ports.ended(), conditions, now);
  // Each change is told; a condition that something may heal gets it, within cool-down and budget.
  const decided = decide(verified.state, { ...ports, conditions, changes, requests: ports.requests() }, now);
  for (const intent of decided.intents) await ports.carryOut(intent, health);
  await ports.record({
    at: now.wallMs,
    samples,
    intents: decided.intents,
    verdicts: verified.verdicts,
    health,
  });

  return { judgement, recoveries: decided.state, health };
}
