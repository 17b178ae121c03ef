import type { Matcher } from './match.ts';
import type { Severity } from './severity.ts';

/** Which alerts go where. The first route that fits decides, unless it says `goOn`. */
export interface Route {
  readonly match: Matcher;
  /** Names of channels. None: nobody is told. */
  readonly channels: readonly string[];
  /** The routes after it are asked, too. */
  readonly goOn?: boolean | undefined;
}

/** Whom an alert that nobody takes on goes to next. */
export interface EscalationStep {
  /** After the first notice, in ms. */
  readonly afterMs: number;
  readonly channels: readonly string[];
  /** Again after so long, in ms; null: once. */
  readonly repeatMs: number | null;
}

/** The steps for some alerts. */
export interface EscalationPolicy {
  readonly match: Matcher;
  readonly steps: readonly EscalationStep[];
}

/** What happens again and again is graver than it says. */
export interface RaiseRule {
  readonly match: Matcher;
  readonly times: number;
  readonly withinMs: number;
  readonly to: Severity;
}

/** How alerts are told. Durations in ms. */
export interface AlertSettings {
  readonly groupWaitMs: number;
  readonly criticalWaitMs: number;
  /** Between two notices of one group. */
  readonly groupIntervalMs: number;
  /** When what explained an alert is over, the alert gets so long to end, too, before it is told. */
  readonly symptomWaitMs: number;
  /** An alert that comes back so soon after its last notice waits, unless it is critical. */
  readonly coolDownMs: number;
  /** Notices an hour and channel, without those of critical alerts. */
  readonly capPerHour: number;
  /** So many starts within `flapWindowMs` are flapping, which ends when it was quiet for `flapQuietMs`. */
  readonly flapStarts: number;
  readonly flapWindowMs: number;
  readonly flapQuietMs: number;
  /** What is still there after so long is said again; null: never. Only errors and critical ones. */
  readonly repeatMs: number | null;
  readonly ackMs: number;
  /** A silence that hides something critical says so once, so long before its end. */
  readonly silenceReminderMs: number;
  readonly routes: readonly Route[];
  readonly escalations: readonly EscalationPolicy[];
  readonly raises: readonly RaiseRule[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Without routes: they name channels, which only the configuration knows. */
export const alertDefaults: Omit<AlertSettings, 'routes' | 'escalations'> = {
  groupWaitMs: 10_000,
  criticalWaitMs: 1_000,
  groupIntervalMs: 5 * MINUTE_MS,
  symptomWaitMs: MINUTE_MS,
  coolDownMs: 5 * MINUTE_MS,
  capPerHour: 10,
  flapStarts: 4,
  flapWindowMs: 10 * MINUTE_MS,
  flapQuietMs: 5 * MINUTE_MS,
  repeatMs: 4 * HOUR_MS,
  ackMs: 4 * HOUR_MS,
  silenceReminderMs: 10 * MINUTE_MS,
  raises: [
    { match: { component: 'jobs' }, times: 3, withinMs: 15 * MINUTE_MS, to: 'error' },
    { match: { component: 'source' }, times: 5, withinMs: 10 * MINUTE_MS, to: 'critical' },
  ],
};
