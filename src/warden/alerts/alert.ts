import { createHash } from 'node:crypto';
import type { Severity } from './severity.ts';

/** What somebody says is wrong. Times are wall clock, in ms. */
export interface AlertReport {
  readonly rule: string;
  /** With the rule they tell alerts apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly component: string;
  /** What it is about: `memory`, `stalled processing`, `breaker state`, ... */
  readonly kind: string;
  readonly severity: Severity;
  /** One plain sentence. */
  readonly summary: string;
  /** Null where nothing was measured. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly startedAt: number;
  /** It is over by then unless it is reported again; null: it is there until somebody says that it ended. */
  readonly endsAt: number | null;
  readonly nextSteps: readonly string[];
  readonly runbook: string | null;
}

/** One stage of the pipeline. */
export type Stage =
  | 'intake'
  | 'raise'
  | 'mute'
  | 'inhibit'
  | 'route'
  | 'group'
  | 'flapping'
  | 'dedup'
  | 'cap'
  | 'escalation'
  | 'outbox';

/** What a stage made of an alert, and why. `moved on`: to the next stage; `waits`: it is looked at again; `stopped`: nobody is told. */
export interface PathStep {
  readonly at: number;
  readonly stage: Stage;
  readonly outcome: 'moved on' | 'waits' | 'stopped';
  readonly why: string;
}

/** What people know of an alert. */
export interface Told {
  readonly at: number;
  /** When they were first told in this episode: escalation counts from then. */
  readonly firstAt: number;
  readonly severity: Severity;
  /** Whether they were told that it is there, or that it is over. */
  readonly firing: boolean;
}

/** It comes and goes. */
export interface Flapping {
  readonly since: number;
  readonly flips: number;
  readonly lastFlipAt: number;
  /** Whether people were told anything since it began, so that they are told of its end. */
  readonly told: boolean;
}

export interface Ack {
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly why: string | null;
}

/** An alert, from its first start until nobody needs to know it any more. */
export interface Alert extends AlertReport {
  /** Rule and labels. */
  readonly key: string;
  /** The same for the same key, short enough to be typed. */
  readonly id: string;
  /** As it was reported, before repetition raised it. */
  readonly reported: Severity;
  /** Null while it is there. */
  readonly endedAt: number | null;
  /** The recovery that ended it; null for none. */
  readonly healedBy: string | null;
  /** How often it began, and when the last times were, oldest first. */
  readonly count: number;
  readonly starts: readonly number[];
  /** The value farthest from its limit since it began. */
  readonly peak: number | null;
  readonly tried: readonly string[];
  readonly next: string | null;
  /** What explains it, in a sentence; null where nothing is known to. */
  readonly cause: string | null;
  readonly ack: Ack | null;
  readonly flapping: Flapping | null;
  readonly told: Told | null;
  /** Steps of its policy that were taken, and when the next one is due; null: none is. */
  readonly escalation: { readonly step: number; readonly repeats: number; readonly dueAt: number } | null;
  /** Group that it is told with; null where no route wants it. */
  readonly group: string | null;
  /** Its way through the stages since it began, the last steps. */
  readonly path: readonly PathStep[];
}

/** Identity of an alert: strangers name rules and labels, so nothing is put together without quotes. */
export function alertKey(rule: string, labels: AlertReport['labels']): string {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? rule : `${rule} ${JSON.stringify(entries)}`;
}

/** For people to name it by. */
export const alertId = (key: string): string =>
  `a${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;

/** So many steps of a path are kept. */
const KEPT_STEPS = 16;

/** Adds a step. One that said the same before is forgotten, so that the path ends with what holds now. */
export function stepped(alert: Alert, step: PathStep): Alert {
  const same = ({ stage, outcome, why }: PathStep): boolean =>
    stage === step.stage && outcome === step.outcome && why === step.why;
  const last = alert.path.at(-1);
  if (last && same(last)) return alert;
  return { ...alert, path: [...alert.path.filter((one) => !same(one)), step].slice(-KEPT_STEPS) };
}

/** Whether people do not yet know how it is: it began, it got graver, or it ended. */
export function isNews(
  { told, endedAt, severity }: Pick<Alert, 'told' | 'endedAt' | 'severity'>,
  rank: (severity: Severity) => number,
): boolean {
  if (told === null || !told.firing) return endedAt === null;
  return endedAt !== null || rank(severity) > rank(told.severity);
}
