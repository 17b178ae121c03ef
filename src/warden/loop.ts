import type { Clock } from '../kernel/index.ts';
import { judge, noJudgement, type Judgement, type Sample, type ThresholdRule } from './detection/index.ts';
import { assess, type Health } from './health/index.ts';
import {
  decide,
  noRecoveries,
  rememberRecoveries,
  verify,
  type Intent,
  type PendingRecovery,
  type RecoveryState,
  type Verdict,
} from './recovery/index.ts';

/**
 * Reads what is known now of one part of the service; the parts keep their own figures, so it answers at once. A probe
 * that throws is reported and measures nothing in this turn: its rules stay as they were, they do not end.
 */
export type Probe = () => readonly Sample[];

/** What the loop needs of the world. `warden.ts` makes them out of what the application hands in. */
export interface LoopPorts {
  readonly clock: Clock;
  /** What is measured. The application gathers the probes and rules of its hosts (`src/hosts/tokens/rules.ts`). */
  readonly probes: readonly Probe[];
  /** Limits that measurements are held against; a rule may name the remedy that should help. */
  readonly rules: readonly ThresholdRule[];
  /**
   * Carries an intent out: tells of a change, or runs a remedy to its end (30 s at most). Resolves with what is to be
   * verified later: nothing, for an intent that recovers nothing. Never rejects.
   */
  readonly carryOut: (intent: Intent, health: Health) => Promise<readonly PendingRecovery[]>;
  /** Stores what a turn found and did. Never rejects. */
  readonly record: (turn: TurnRecord) => Promise<void>;
  readonly onProbeError: (error: unknown) => void;
}

/** What one turn leaves for the record. */
export interface TurnRecord {
  readonly at: number;
  readonly samples: readonly Sample[];
  readonly intents: readonly Intent[];
  /** Recoveries that began in this turn. */
  readonly begun: readonly PendingRecovery[];
  /** What became of recoveries of earlier turns. */
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
 * here as a signal. Judging, assessing, deciding and verifying are pure functions of their arguments; only the ports
 * touch the world.
 */
export async function turn(state: LoopState, ports: LoopPorts): Promise<LoopState> {
  const now = { wallMs: ports.clock.now(), monotonicMs: ports.clock.monotonic() };

  const samples = observe(ports);
  // Conditions are what is over its limit; changes say which of them started, worsened, eased or ended.
  const { judgement, conditions, changes, unknown } = judge(state.judgement, samples, ports.rules, now);
  const health = assess(conditions, unknown, state.health, now.wallMs);
  // Each change is told; a condition with a remedy gets it, within budget and cool-down.
  const intents = decide(changes, conditions, ports.rules, state.recoveries, now);
  const begun = await act(intents, health, ports);
  // A recovery of an earlier turn worked if its condition is gone in time.
  const verified = verify(state.recoveries, conditions, now);
  await ports.record({ at: now.wallMs, samples, intents, begun, verdicts: verified.verdicts, health });

  return { judgement, recoveries: rememberRecoveries(verified.state, begun, now), health };
}

function observe({ probes, onProbeError }: LoopPorts): readonly Sample[] {
  return probes.flatMap((probe) => {
    try {
      return probe();
    } catch (error) {
      onProbeError(error);
      return [];
    }
  });
}

async function act(intents: readonly Intent[], health: Health, ports: LoopPorts): Promise<PendingRecovery[]> {
  const begun: PendingRecovery[] = [];
  for (const intent of intents) begun.push(...(await ports.carryOut(intent, health)));
  return begun;
}
