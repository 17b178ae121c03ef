import type { Condition, IncidentDetail } from '../../../src/contract/index.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** The one that lasts while hot tokens are old. */
export function openIncident(at: number): IncidentDetail {
  const began = at - 11 * MIN;
  const title = 'Hot tokens are shown with data that is up to 31 s old, the limit is 30 s.';
  return {
    id: 'i412',
    title,
    component: 'data',
    level: 'critical',
    openedAt: began,
    endedAt: null,
    state: 'open',
    outcome: 'It has not ended. A person was called.',
    healedBy: null,
    isManual: true,
    conditions: [
      condition('freshness_hot', 'data', 'root', 'critical', began, null),
      condition('backlog', 'pipeline', 'symptom', 'warning', at - 5 * MIN, null),
      condition('source_latency', 'source', 'beside', 'warning', at - 8 * MIN, null),
    ],
    timeline: [
      { seq: 412, at: began, type: 'condition.started', subject: 'freshness_hot', reason: title },
      {
        seq: 415,
        at: began + MIN,
        type: 'action.taken',
        subject: 'freshness_hot',
        reason: 'Recovery: restart-jobs-hot. It is the mildest step that is left.',
      },
      {
        seq: 420,
        at: began + 2 * MIN,
        type: 'action.verified',
        subject: 'freshness_hot',
        reason: 'restart-jobs-hot did not help: the condition is still there after 60 s.',
      },
      {
        seq: 431,
        at: at - 6 * MIN,
        type: 'recovery.manual',
        subject: 'freshness_hot',
        reason: 'Every action that is left was tried; a person is needed.',
      },
    ],
    leftOut: 0,
    postMortem: `# Incident i412: ${title}\n\n- Component: data\n`,
  };
}

/** One that has just ended, one that was healed, and a row of old ones. */
export function pastIncidents(at: number): IncidentDetail[] {
  const past = (
    id: string,
    ago: number,
    lasted: number,
    healedBy: string | null,
    state: 'ended' | 'closed',
  ): IncidentDetail => {
    const openedAt = at - ago;
    const endedAt = openedAt + lasted;
    const title =
      'No answer from https://api.dexscreener.com for 60 s: connect ECONNREFUSED 104.26.0.123:443.';
    const how = healedBy === null ? 'by itself' : `after the recovery ${healedBy}`;
    return {
      id,
      title,
      component: 'source',
      level: 'warning',
      openedAt,
      endedAt,
      state,
      outcome: `It ended ${how}, after ${Math.round(lasted / MIN)} min.`,
      healedBy,
      isManual: false,
      conditions: [condition('source_reachable', 'source', 'root', 'warning', openedAt, endedAt, 2)],
      timeline: [
        { seq: 1, at: openedAt, type: 'condition.started', subject: 'source_reachable', reason: title },
        {
          seq: 2,
          at: endedAt,
          type: 'condition.ended',
          subject: 'source_reachable',
          reason: 'It answers again.',
        },
      ],
      leftOut: 3,
      postMortem: `# Incident ${id}: ${title}\n`,
    };
  };
  return [
    past('i300', 30 * MIN, 27 * MIN, null, 'ended'),
    past('i207', 9 * HOUR, 4 * MIN, 'reconnect', 'closed'),
    ...Array.from({ length: 10 }, (_, index) =>
      past(`i${100 - index}`, (26 + 11 * index) * HOUR, (2 + index) * MIN, null, 'closed'),
    ),
  ];
}

function condition(
  rule: string,
  component: string,
  role: IncidentDetail['conditions'][number]['role'],
  level: Condition['level'],
  since: number,
  endedAt: number | null,
  starts = 1,
): IncidentDetail['conditions'][number] {
  return { id: rule, rule, component, role, level, since, endedAt, starts };
}
