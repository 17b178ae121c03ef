import type { Severity } from './severity.ts';

/**
 * What a notice says, in words, before a channel puts it into its own markup. Nothing in it is markup: what a stranger
 * named stays text, and each channel escapes it for itself.
 */
export interface Message {
  /** `ok`: something ended or nothing is wrong. */
  readonly mood: Severity | 'ok';
  /** One line that says what and how bad, also where only it is seen (a subject, a lock screen). */
  readonly title: string;
  /** Plain sentences, a paragraph each, the most important first. */
  readonly text: readonly string[];
  /** Short facts: since when, value against level. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Alerts where there are several, worst first. */
  readonly items: readonly MessageItem[];
  /** Of how many `items` are the first. */
  readonly total: number;
  /** Such as what was tried and what to do; the first ones matter most. */
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** The whole list, where `items` has not all. */
  readonly attachment: { readonly name: string; readonly text: string } | null;
  /** The alert that buttons are about; null where there is nothing to press. */
  readonly about: string | null;
}

/** One of several alerts. */
export interface MessageItem {
  readonly mood: Severity | 'ok';
  readonly id: string;
  readonly text: string;
}
