import type { AlertSettings } from '../settings.ts';
import type { Severity } from '../severity.ts';
import { clockTime } from '../when.ts';
import type { Decision } from './decision.ts';

const HOUR_MS = 3_600_000;
/** So many notices of critical alerts go out as they come; after that, one a minute tells of all that came meanwhile. */
const CRITICAL_BURST = 10;
const CRITICAL_WINDOW_MS = 10 * 60_000;
const CRITICAL_GAP_MS = 60_000;

/** When notices went to a channel, oldest first: of those under the cap for an hour, of critical ones the last ten. */
export interface SentTimes {
  readonly sentAt: readonly number[];
  readonly criticalAt: readonly number[];
}

/** Whether a channel may get one more notice now. Those of critical alerts are outside the cap, and only spread. Pure. */
export function cap(
  severity: Severity,
  { sentAt, criticalAt }: SentTimes,
  { capPerHour }: Pick<AlertSettings, 'capPerHour'>,
  now: number,
): Decision {
  if (severity === 'critical') {
    const recent = criticalAt.filter((at) => now - at < CRITICAL_WINDOW_MS);
    const until = (recent.at(-1) ?? -Infinity) + CRITICAL_GAP_MS;
    return recent.length >= CRITICAL_BURST && now < until
      ? {
          kind: 'wait',
          why: `${recent.length} notices of critical alerts went out within 10 min; the next one tells of all at ${clockTime(until)}.`,
          until,
        }
      : { kind: 'pass', why: 'Critical alerts are outside the cap.' };
  }
  const recent = sentAt.filter((at) => now - at < HOUR_MS);
  const [oldest] = recent;
  if (recent.length < capPerHour || oldest === undefined)
    return { kind: 'pass', why: `Notice ${recent.length + 1} of ${capPerHour} within an hour.` };
  const until = oldest + HOUR_MS;
  return {
    kind: 'wait',
    why: `${recent.length} notices went out within an hour; a summary tells of it at ${clockTime(until)}.`,
    until,
  };
}

/** The times with one more. Pure. */
export function withSent(severity: Severity, { sentAt, criticalAt }: SentTimes, now: number): SentTimes {
  return severity === 'critical'
    ? { sentAt, criticalAt: [...criticalAt, now].slice(-CRITICAL_BURST) }
    : { sentAt: [...sentAt.filter((at) => now - at < HOUR_MS), now], criticalAt };
}
