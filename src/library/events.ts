import { conditionId, type Level } from '../warden/detection/index.ts';
import { logLineOf, logLineOfVerdict, type TurnRecord } from '../warden/index.ts';
import type { HealthReport } from './health.ts';

/** Something has gone wrong, has become worse or better, or is over. */
export interface ConditionEvent {
  readonly kind: 'started' | 'changed' | 'ended';
  /** The rule, with the labels of its series. */
  readonly condition: string;
  readonly rule: string;
  readonly level: Level;
  readonly value: number;
  /** What the log says of it. */
  readonly sentence: string;
  readonly nextSteps: readonly string[];
  /** Wall-clock time, in ms. */
  readonly at: number;
}

/**
 * What is done about a condition, and what came of it. `waiting`: nothing is done now; `person-needed`: nothing is left to
 * do; `refused`: what was asked for by hand.
 */
export interface RecoveryEvent {
  readonly kind:
    'begun' | 'worked' | 'did-not-work' | 'made-it-worse' | 'waiting' | 'person-needed' | 'refused';
  /** Null where none is tried. */
  readonly action: string | null;
  /** Null for one by hand without a condition. */
  readonly condition: string | null;
  readonly sentence: string;
  readonly at: number;
}

/** What listeners are told, by name. */
export interface WardenEvents {
  readonly condition: ConditionEvent;
  readonly recovery: RecoveryEvent;
  /** The status has changed. */
  readonly health: HealthReport;
}

type Told = { readonly [Name in 'condition' | 'recovery']: readonly [Name, WardenEvents[Name]] };

/** What a turn has to tell: what changed, what became of what was done, what is done now. Pure. */
export function eventsOf(turn: TurnRecord): readonly Told[keyof Told][] {
  const told = turn.intents.map((intent) => ofIntent(intent, turn.at));
  const isChange = ([name]: Told[keyof Told]): boolean => name === 'condition';
  return [
    ...told.filter(isChange),
    ...turn.verdicts.map((verdict) => ofVerdict(verdict, turn.at)),
    ...told.filter((one) => !isChange(one)),
  ];
}

const ofVerdict = (verdict: TurnRecord['verdicts'][number], at: number): Told['recovery'] => {
  const { action, condition } = verdict.recovery;
  return [
    'recovery',
    { kind: verdict.outcome, action, condition, sentence: logLineOfVerdict(verdict).msg, at },
  ];
};

function ofIntent(intent: TurnRecord['intents'][number], at: number): Told[keyof Told] {
  const sentence = logLineOf(intent).msg;
  switch (intent.kind) {
    case 'notify': {
      const { kind, condition } = intent.change;
      const { rule, level, value, nextSteps } = condition;
      return [
        'condition',
        { kind, condition: conditionId(condition), rule, level, value, sentence, nextSteps, at },
      ];
    }
    case 'recover': {
      const { action, condition } = intent.attempt;
      return ['recovery', { kind: 'begun', action, condition, sentence, at }];
    }
    case 'wait':
      return ['recovery', { kind: 'waiting', action: null, condition: intent.condition, sentence, at }];
    case 'escalate': {
      const condition = conditionId(intent.condition);
      return ['recovery', { kind: 'person-needed', action: null, condition, sentence, at }];
    }
    case 'refuse':
      return ['recovery', { kind: 'refused', action: intent.request.action, condition: null, sentence, at }];
  }
}
