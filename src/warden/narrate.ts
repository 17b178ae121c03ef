import type { LogFields } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import { sampleName, type ConditionChange } from './detection/index.ts';
import type { TurnRecord } from './loop.ts';
import type { Intent } from './recovery/index.ts';

/** A line for the log. */
interface LogLine {
  readonly level: 'info' | 'warning' | 'error' | 'critical';
  readonly msg: string;
  readonly fields: LogFields;
}

/** What the log says of an intent. Pure. */
export function logLineOf(intent: Intent): LogLine {
  if (intent.kind === 'recover') {
    const { remedy, condition, reason } = intent;
    return { level: 'warning', msg: `Recovery begins: ${remedy}.`, fields: { remedy, condition, reason } };
  }
  const { change } = intent;
  const { rule, level, value, unit } = change.condition;
  return {
    level: change.kind === 'ended' ? 'info' : level === 'critical' ? 'critical' : 'warning',
    msg: sentenceOfChange(change),
    // Not `level`: a line has one of its own.
    fields: { rule, severity: level, value, unit },
  };
}

/** The journal entries of one turn. Pure. */
export function entriesOf(turn: TurnRecord, withSamples: boolean): readonly JournalDraft[] {
  const { at } = turn;
  const entries: JournalDraft[] = [];
  for (const intent of turn.intents) {
    if (intent.kind === 'notify') entries.push(entryOfChange(intent.change, at));
  }
  for (const { remedy, condition, startedMs, verifyByMs } of turn.begun) {
    entries.push({
      type: 'action.taken',
      at,
      subject: condition,
      reason: `Recovery: ${remedy}.`,
      data: { action: remedy, condition, verifyBy: at + verifyByMs - startedMs },
    });
  }
  for (const { recovery, outcome } of turn.verdicts) {
    const words = { worked: 'worked', 'did-not-work': 'did not work', 'made-it-worse': 'made it worse' }[
      outcome
    ];
    entries.push({
      type: 'action.verified',
      at,
      subject: recovery.condition,
      reason: `The recovery ${recovery.remedy} ${words}.`,
      data: { action: recovery.remedy, condition: recovery.condition, outcome },
    });
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

function entryOfChange(change: ConditionChange, at: number): JournalDraft {
  const { rule, level, value, limit, unit } = change.condition;
  const common = { at, subject: rule, reason: sentenceOfChange(change) };
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
      return change.from === 'warning' ? `It got worse: ${reason}` : `It got better: ${reason}`;
    case 'ended':
      return `It is over after ${Math.round(change.durationMs / 1_000)} s: ${reason}`;
  }
}
