import type { IncidentDetail, IncidentSummary } from '../../contract/index.ts';

export const INCIDENT_COLUMNS = ['ID', 'BEGAN', 'STATE', 'LEVEL', 'WHAT'] as const;

const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** One row an incident. Times are in UTC. */
export const incidentRows = (items: readonly IncidentSummary[]): readonly string[][] =>
  items.map(({ id, openedAt, state, level, title }) => [id, time(openedAt), state, level, title]);

/** An incident in lines: what it is, how it ended, its conditions, and what happened when. */
export function incidentLines(incident: IncidentDetail): readonly string[] {
  const { title, outcome, conditions, timeline, leftOut } = incident;
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
  return [
    title,
    outcome,
    ...conditions.map(
      ({ id, role, level, endedAt }) =>
        `${role}: ${id}, at worst ${level}${endedAt === null ? '' : `, until ${clock(endedAt)} UTC`}`,
    ),
    ...timeline.map(({ at, type, reason }) => `${clock(at)} ${type}: ${reason}`),
    ...(leftOut === 0 ? [] : [`${leftOut} entries in the middle were left out; the journal has them.`]),
  ];
}
