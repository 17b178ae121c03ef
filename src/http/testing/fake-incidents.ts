import type { IncidentDetail, IncidentList } from '../../contract/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { ServiceView } from '../ports.ts';

/** One incident that is over and one that is not. */
export function createFakeIncidents(clock: Pick<Clock, 'now'>): Pick<ServiceView, 'incidents' | 'incident'> {
  const incident = (id: string, ago: number, endedAgo: number | null): IncidentDetail => {
    const openedAt = clock.now() - ago;
    const endedAt = endedAgo === null ? null : clock.now() - endedAgo;
    const title = 'DexScreener has not answered for 3 s.';
    return {
      id,
      title,
      component: 'source',
      level: 'critical',
      openedAt,
      endedAt,
      state: endedAt === null ? 'open' : 'closed',
      outcome: endedAt === null ? 'It has not ended.' : 'It ended after the recovery reconnect, after 5 min.',
      healedBy: endedAt === null ? null : 'reconnect',
      isManual: false,
      conditions: [
        {
          id: 'source.unreachable',
          rule: 'source.unreachable',
          component: 'source',
          role: 'root',
          level: 'critical',
          since: openedAt,
          endedAt,
          starts: 1,
        },
        {
          id: 'data.stale',
          rule: 'data.stale',
          component: 'data',
          role: 'symptom',
          level: 'warning',
          since: openedAt + 27_000,
          endedAt,
          starts: 1,
        },
      ],
      timeline: [
        { seq: 7, at: openedAt, type: 'condition.started', subject: 'source.unreachable', reason: title },
        {
          seq: 9,
          at: openedAt + 27_000,
          type: 'condition.started',
          subject: 'data.stale',
          reason: 'The data of hot tokens is old: 95 % are younger than 31 s, the limit is 30 s.',
        },
      ],
      leftOut: 0,
      postMortem: `# Incident ${id}: ${title}\n`,
    };
  };
  const all = (): readonly IncidentDetail[] => [
    incident('i9', 120_000, null),
    incident('i7', 7_200_000, 6_900_000),
  ];
  return {
    incidents: (limit): IncidentList => ({
      at: clock.now(),
      items: all()
        .slice(0, limit)
        .map(({ timeline: _timeline, leftOut: _leftOut, postMortem: _text, ...summary }) => summary),
    }),
    incident: (id) => all().find((one) => one.id === id),
  };
}
