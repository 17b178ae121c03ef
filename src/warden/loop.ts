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

/** Measures something, now. One that throws is reported and measures nothing in this turn. */
export type Probe = () => readonly Sample[];

/** What the loop needs of the world. */
export interface LoopPorts {
  readonly clock: Clock;
  /** What is measured. */
  readonly probes: readonly Probe[];
  /** What is held against the measurements. */
  readonly rules: readonly ThresholdRule[];
  /** Carries an intent out. Resolves with the recovery that it began, if it began one. Never rejects. */
  readonly act: (intent: Intent, health: Health) => Promise<PendingRecovery | null>;
  /** Stores what a turn found and did. Never rejects. */
  readonly record: (turn: TurnRecord) => Promise<void>;
  readonly onProbeError: (error: unknown) => void;
}

/** What one turn leaves for the record. */
export interface TurnRecord {
  readonly at: number;
  readonly samples: readonly Sample[];
  readonly intents: readonly Intent[];
  readonly recoveries: readonly PendingRecovery[];
  readonly verdicts: readonly Verdict[];
  readonly health: Health;
}

/** What a turn hands to the next one. */
export interface LoopState {
  readonly judgement: Judgement;
  readonly recovery: RecoveryState;
  readonly health: Health | null;
}

export const firstState: LoopState = { judgement: noJudgement, recovery: noRecoveries, health: null };

/**
 * One turn of the control loop. Everything that Moonwarden does about a service, it does here: it observes signals,
 * judges them by rules into conditions, decides what to do about those, acts, verifies what earlier actions achieved,
 * and records all of it. Judging, deciding and verifying are pure; the ports do the rest.
 */
export async function turn(state: LoopState, ports: LoopPorts): Promise<LoopState> {
  const now = { wallMs: ports.clock.now(), monotonicMs: ports.clock.monotonic() };

  const samples = observe(ports);
  const { judgement, conditions, changes, unknown } = judge(state.judgement, samples, ports.rules, now);
  const health = assess(conditions, unknown, state.health, now.wallMs);
  const verified = verify(state.recovery, conditions, now);
  const intents = decide(changes, conditions, ports.rules, verified.state, now);
  const recoveries = await act(intents, health, ports);
  const recovery = rememberRecoveries(verified.state, recoveries, now);
  await ports.record({ at: now.wallMs, samples, intents, recoveries, verdicts: verified.verdicts, health });

  return { judgement, recovery, health };
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

async function act(
  intents: readonly Intent[],
  health: Health,
  ports: LoopPorts,
): Promise<readonly PendingRecovery[]> {
  const begun: PendingRecovery[] = [];
  for (const intent of intents) {
    const recovery = await ports.act(intent, health);
    if (recovery) begun.push(recovery);
  }
  return begun;
}
