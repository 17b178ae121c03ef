import type { Severity } from './severity.ts';

/** An alert as a notice tells of it. Times are wall clock, in ms. */
export interface NoticeAlert {
  /** Short, for people to name it by: `a1b2c3d4`. */
  readonly id: string;
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly component: string;
  /** What it is about: `memory`, `stalled processing`, `breaker state`, ... */
  readonly kind: string;
  readonly severity: Severity;
  /** What is wrong, in one plain sentence. */
  readonly summary: string;
  /** Null where nothing was measured. */
  readonly value: number | null;
  readonly limit: number | null;
  /** The worst value so far. */
  readonly peak: number | null;
  readonly unit: string;
  readonly startedAt: number;
  /** Null while it is there. */
  readonly endedAt: number | null;
  /** How often it began. */
  readonly count: number;
  /** What explains it; null where nothing is known to. */
  readonly cause: string | null;
  /** What was done against it, oldest first: a sentence each. */
  readonly tried: readonly string[];
  /** What the service will do about it, or that it can do nothing more. */
  readonly next: string | null;
  /** What a person can do. */
  readonly nextSteps: readonly string[];
  /** The recovery that ended it; null: it ended by itself, or has not ended. */
  readonly healedBy: string | null;
  /** The incident that it belongs to. */
  readonly incident: string | null;
  /** Page that says what to do: an address, or a path from the root of the repository. */
  readonly runbook: string | null;
}

/** What every notice has. */
interface NoticeBase {
  /** Never used twice: also the key by which a receiver can tell that it got one twice. */
  readonly id: string;
  readonly at: number;
  /** The worst of what it tells. */
  readonly severity: Severity;
  /** What belongs to one thread: the first notice of a group, its updates and its end. */
  readonly thread: string | null;
  /** Worst first; of many only the first. */
  readonly alerts: readonly NoticeAlert[];
  /** How many alerts there are in all. */
  readonly total: number;
  readonly counts: Readonly<Record<Severity, number>>;
  /** All of them, a line each, when `alerts` has not all. */
  readonly list: readonly string[] | null;
}

/** One thing that a person is told. Channels differ in how, never in what. */
export type Notice = NoticeBase &
  (
    | {
        /** Something is wrong. `update`: it was told of before, and there is more or it is worse. */
        readonly kind: 'firing';
        readonly update: boolean;
      }
    /** It is over. */
    | { readonly kind: 'resolved' }
    /** It comes and goes; nothing more is told of it until it is quiet. */
    | { readonly kind: 'flapping'; readonly flips: number; readonly withinMs: number }
    /** It has been quiet for a while. `firing`: and is there. */
    | {
        readonly kind: 'flapping-ended';
        readonly flips: number;
        readonly forMs: number;
        readonly firing: boolean;
      }
    /** Nobody has taken it on since the first notice. `step` counts from 1. */
    | { readonly kind: 'escalation'; readonly step: number; readonly unseenMs: number }
    /** It is still there: it was told of long ago, who took it on has had the time for it, or a silence hides it. */
    | {
        readonly kind: 'reminder';
        readonly because: 'still-firing' | 'ack-expired' | 'silence-ends';
        readonly why: string;
      }
    /** What was held back because so many notices had gone out. */
    | { readonly kind: 'summary'; readonly limit: number; readonly sinceAt: number }
    /** Looks back at a day or an hour. */
    | { readonly kind: 'report'; readonly report: Report }
    /** A person tries the channel. */
    | { readonly kind: 'test'; readonly by: string }
  );

/** What a report says. Values are text for people already. */
export interface Report {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** One sentence: how it went. */
  readonly sentence: string;
  readonly sections: readonly {
    readonly title: string;
    readonly facts: readonly (readonly [label: string, value: string])[];
    readonly lines: readonly string[];
  }[];
}
