import type { Alert } from './alert.ts';
import type { Notice } from './notice.ts';
import type { Silence } from './silence.ts';

/** Alerts that are told together. */
export interface Group {
  readonly key: string;
  readonly channels: readonly string[];
  /** When its news is looked at; null: there is none. */
  readonly flushAt: number | null;
  /** When it was told of last; null: never. */
  readonly toldAt: number | null;
  /** Thread of its notices; null before the first, and after its end. */
  readonly thread: string | null;
}

/** What is known of a channel, by the cap. */
export interface ChannelUse {
  readonly name: string;
  readonly sentAt: readonly number[];
  readonly criticalAt: readonly number[];
  /** Keys of alerts that the cap held back, and since when. */
  readonly held: readonly string[];
  readonly heldSince: number | null;
  readonly summaryAt: number | null;
}

/** How a channel does, so that nothing is called in a ban, also after a restart. */
export interface ChannelState {
  readonly name: string;
  /** Not to be called before. */
  readonly bannedUntil: number | null;
  /** Since when nothing goes through; null: it works, as far as is known. */
  readonly failingSince: number | null;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly why: string | null;
  /** What it keeps for itself. */
  readonly memory: Readonly<Record<string, string>>;
}

/** A notice on its way to one channel. */
export interface Outgoing {
  /** Also the key by which a receiver may know that it has it. */
  readonly id: string;
  /** Where it goes to now, and those it was to go to before. */
  readonly channel: string;
  readonly tried: readonly string[];
  readonly notice: Notice;
  readonly createdAt: number;
  readonly attempts: number;
  readonly nextAt: number;
  readonly why: string | null;
}

/** How a notice ended. */
export interface Delivered {
  readonly id: string;
  readonly channel: string;
  readonly at: number;
  readonly outcome: 'sent' | 'refused' | 'given-up';
  readonly ref: string | null;
  readonly thread: string | null;
  readonly why: string | null;
}

/** One start of an alert, for the look back. */
export interface Start {
  readonly at: number;
  readonly key: string;
  readonly rule: string;
  readonly component: string;
  readonly severity: Alert['severity'];
}

/** One change of what is stored. Changes of one commit are stored all or none. */
export type AlertChange =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'alert.gone'; readonly key: string }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'group.gone'; readonly key: string }
  | { readonly kind: 'silence'; readonly silence: Silence }
  | { readonly kind: 'silence.gone'; readonly id: string }
  | { readonly kind: 'use'; readonly use: ChannelUse }
  | { readonly kind: 'channel'; readonly state: ChannelState }
  | { readonly kind: 'outgoing'; readonly outgoing: Outgoing }
  | { readonly kind: 'delivered'; readonly delivered: Delivered }
  | { readonly kind: 'start'; readonly start: Start }
  | { readonly kind: 'notices'; readonly count: number };

/** All that a process goes on from. */
export interface AlertSnapshot {
  /** Made once, so that ids of two services never meet. */
  readonly installation: string;
  /** Notices so far. */
  readonly notices: number;
  readonly alerts: readonly Alert[];
  readonly groups: readonly Group[];
  readonly silences: readonly Silence[];
  readonly uses: readonly ChannelUse[];
  readonly channels: readonly ChannelState[];
  /** Oldest first. */
  readonly outgoing: readonly Outgoing[];
}

/** Keeps alerts on the instance's own disk: what `commit` took is there after a crash of process or machine. */
export interface AlertStore {
  snapshot(): AlertSnapshot;
  /** Stores all changes, or none. @throws MoonwardenError STORE_FULL, STORE_FAILED */
  commit(changes: readonly AlertChange[]): void;
  /** What the first message of a thread is called in a channel; null for none. */
  refOf(channel: string, thread: string): string | null;
  /** The newest that ended on their way, newest first. */
  delivered(limit: number): readonly Delivered[];
  /** Starts from a time on, oldest first. */
  starts(since: number): readonly Start[];
  /** Forgets starts and deliveries from before. */
  forget(before: number): void;
  close(): void;
}
