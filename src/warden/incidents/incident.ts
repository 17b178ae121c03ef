import type { Level } from '../detection/index.ts';

/** An entry of the journal that belongs to an incident. */
export interface Happening {
  readonly seq: number;
  /** Wall clock, in ms. */
  readonly at: number;
  readonly type: string;
  /** The condition that it is about; null for the service. */
  readonly subject: string | null;
  readonly reason: string;
}

/** A condition as a part of an incident. */
export interface IncidentCondition {
  /** `conditionId`. */
  readonly id: string;
  readonly rule: string;
  readonly component: string;
  /** `root` is what is to be healed; a `symptom` is explained by another one; the rest began beside it. */
  readonly role: 'root' | 'symptom' | 'beside';
  /** The worst. */
  readonly level: Level;
  readonly since: number;
  /** Null while it is there. */
  readonly endedAt: number | null;
  /** How often it began. */
  readonly starts: number;
}

/** One thing that went wrong, with all that came of it. */
export interface Incident {
  /** The same after a restart. */
  readonly id: string;
  /** What the root said when it began. */
  readonly title: string;
  readonly component: string;
  /** The worst. */
  readonly level: Level;
  readonly openedAt: number;
  /** When its last condition ended; null while one is there. */
  readonly endedAt: number | null;
  /** Nothing joins it any more. */
  readonly isClosed: boolean;
  readonly conditions: readonly IncidentCondition[];
  /** The recovery that ended a condition of it; null where none did. */
  readonly healedBy: string | null;
  /** Whether a person was called. */
  readonly isManual: boolean;
  /** Oldest first; of a long one the first and the last entries. */
  readonly timeline: readonly Happening[];
  /** Entries that were left out of the middle of the timeline. */
  readonly leftOut: number;
}

/** A condition that starts within this time on the same component joins; so long after its end an incident is closed. */
export const JOIN_MS = 5 * 60_000;
