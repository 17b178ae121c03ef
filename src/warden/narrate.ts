import type { LogFields } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import { conditionId, isGraver, sampleName, type ConditionChange } from './detection/index.ts';
import type { TurnRecord } from './loop.ts';
import type { Attempt, Intent, Verdict } from './recovery/index.ts';

/** A line for the log. */
interface LogLine {
  readonly level: 'info' | 'warning' | 'error' | 'critical';
  readonly msg: string;
  readonly fields: LogFields;
}

/** What the log says of an intent. Pure. */
export function logLineOf(intent: Intent): LogLine {
  switch (intent.kind) {
    case 'notify':
      return lineOfChange(intent.change);
    case 'recover': {
      const { id, action, step, condition, by } = intent.attempt;
      return {
        level: 'warning',
        msg: `Recovery begins: ${action}.`,
        fields: { recovery: id, action, step, condition, by, reason: intent.reason, why: intent.why },
      };
    }
    case 'wait': {
      const { condition, standing } = intent;
      return {
        level: 'info',
        msg: `${condition} is not recovered now. ${standing.why}`,
        fields: { condition, cause: standing.cause },
      };
    }
    case 'escalate': {
      const condition = conditionId(intent.condition);
      return {
        level: 'critical',
        msg: `A person is needed: ${intent.condition.reason} ${intent.why}`,
        fields: { condition },
      };
    }
    case 'refuse': {
      const { action, by } = intent.request;
      return {
        level: 'warning',
        msg: `${action} was asked for and refused. ${intent.why}`,
        fields: { action, by },
      };
    }
  }
}

/** What the log says of a verdict. Pure. */
export function logLineOfVerdict({ recovery, outcome, reason }: Verdict): LogLine {
  const { id, action, condition } = recovery;
  return {
    level: outcome === 'worked' ? 'info' : 'warning',
    msg: reason,
    fields: { recovery: id, action, condition, outcome },
  };
}

function lineOfChange(change: ConditionChange): LogLine {
  const { level, value, unit } = change.condition;
  return {
    level: change.kind === 'ended' ? 'info' : level,
    msg: sentenceOfChange(change),
    // Not `level`: a line has one of its own.
    fields: { rule: conditionId(change.condition), severity: level, value, unit },
  };
}

function entryOfAttempt(
  { id, action, step, component, condition, by, verifyWithinMs }: Attempt,
  reason: string,
  at: number,
): JournalDraft {
  return {
    type: 'action.taken',
    at,
    subject: condition,
    reason: `Recovery: ${action}. ${reason}`,
    data: { action, condition, verifyBy: at + verifyWithinMs, id, step, component, verifyWithinMs, by },
  };
}

/**
 * The journal entries of one turn. Pure.
 * @param evidence the folder that was kept for a condition.
 */
export function entriesOf(
  turn: TurnRecord,
  withSamples: boolean,
  evidence: ReadonlyMap<string, string> = new Map(),
): readonly JournalDraft[] {
  const { at } = turn;
  const entries: JournalDraft[] = [];
  for (const intent of turn.intents) {
    if (intent.kind === 'notify') entries.push(entryOfChange(intent.change, at));
  }
  for (const { recovery, outcome, reason } of turn.verdicts) {
    const { id, action, step, condition } = recovery;
    entries.push({
      type: 'action.verified',
      at,
      subject: condition,
      reason,
      data: { action, condition, outcome, id, step },
    });
  }
  for (const intent of turn.intents) {
    const entry = entryOfAct(intent, at, evidence);
    if (entry !== null) entries.push(entry);
  }
  if (withSamples) {
    // Neither the journal nor JSON knows a number that is none.
    const samples = Object.fromEntries(
      turn.samples.map((sample) => [sampleName(sample), Number.isFinite(sample.value) ? sample.value : null]),
    );
    entries.push({
      type: 'samples',
      at,
      subject: null,
      reason: 'All signals at this moment.',
      data: { samples },
    });
  }
  return entries;
}

/** Of what is done, or not done and why. */
function entryOfAct(intent: Intent, at: number, evidence: ReadonlyMap<string, string>): JournalDraft | null {
  switch (intent.kind) {
    case 'recover':
      return entryOfAttempt(intent.attempt, `${intent.reason} ${intent.why}`, at);
    case 'wait': {
      const { condition, standing } = intent;
      const data = { cause: standing.cause };
      return { type: 'recovery.waiting', at, subject: condition, reason: standing.why, data };
    }
    case 'escalate': {
      const subject = conditionId(intent.condition);
      const data = { level: intent.condition.level, evidence: evidence.get(subject) ?? null };
      return { type: 'recovery.manual', at, subject, reason: intent.why, data };
    }
    case 'refuse': {
      const { action, by } = intent.request;
      return { type: 'recovery.refused', at, subject: null, reason: intent.why, data: { action, by } };
    }
    default:
      return null;
  }
}

function entryOfChange(change: ConditionChange, at: number): JournalDraft {
  const { level, value, limit, unit } = change.condition;
  const common = { at, subject: conditionId(change.condition), reason: sentenceOfChange(change) };
  switch (change.kind) {
    case 'started':
      return { ...common, type: 'condition.started', data: { level, value, limit, unit } };
    case 'changed':
      return {
        ...common,
        type: 'condition.changed',
        data: { from: change.from, to: level, value, limit, unit },
      };
    case 'ended':
      return { ...common, type: 'condition.ended', data: { level, value, durationMs: change.durationMs } };
  }
}

function sentenceOfChange(change: ConditionChange): string {
  const { reason } = change.condition;
  switch (change.kind) {
    case 'started':
      return reason;
    case 'changed':
      return isGraver(change.condition.level, change.from)
        ? `It got worse: ${reason}`
        : `It got better: ${reason}`;
    case 'ended':
      return `It is over after ${Math.round(change.durationMs / 1_000)} s: ${reason}`;
  }
}
