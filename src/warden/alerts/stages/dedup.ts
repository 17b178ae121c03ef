import { isNews, type Alert } from '../alert.ts';
import type { AlertSettings } from '../settings.ts';
import { severityRank } from '../severity.ts';
import { clockTime } from '../when.ts';
import type { Decision } from './decision.ts';

/** Whether people need to hear of it at all, and whether it is too soon to tell them the same again. Pure. */
export function dedup(
  alert: Pick<Alert, 'told' | 'endedAt' | 'severity'>,
  { coolDownMs }: Pick<AlertSettings, 'coolDownMs'>,
  now: number,
): Decision {
  const { told, endedAt, severity } = alert;
  if (!isNews(alert, severityRank)) {
    return {
      kind: 'stop',
      why:
        told === null || !told.firing
          ? 'It ended before anybody was told.'
          : `People know it since ${clockTime(told.firstAt)}.`,
    };
  }
  if (told === null) return { kind: 'pass', why: 'Nobody knows of it yet.' };
  if (endedAt !== null) return { kind: 'pass', why: 'It is over, and people know only that it began.' };
  if (told.firing)
    return { kind: 'pass', why: `It was ${told.severity} when it was told, and is ${severity} now.` };
  const until = told.at + coolDownMs;
  if (severity !== 'critical' && now < until)
    return {
      kind: 'wait',
      why: `It was told to be over at ${clockTime(told.at)}; it is told again if it is still there at ${clockTime(until)}.`,
      until,
    };
  return { kind: 'pass', why: 'It is there again.' };
}
