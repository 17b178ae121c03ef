import { describe, expect, test } from 'vitest';
import type { Incident } from './incident.ts';
import { outcomeOf, postMortem } from './post-mortem.ts';

const at = Date.UTC(2026, 2, 1, 3, 4, 5);
const incident: Incident = {
  id: 'i7',
  title: 'DexScreener has not answered for 3 s.',
  component: 'source',
  level: 'critical',
  openedAt: at,
  endedAt: at + 150_000,
  isClosed: true,
  conditions: [
    {
      id: 'jobs.late{group=hot}',
      rule: 'jobs.late',
      component: 'jobs',
      role: 'root',
      level: 'critical',
      since: at,
      endedAt: at + 150_000,
      starts: 2,
    },
  ],
  healedBy: 'reconnect',
  isManual: false,
  timeline: [
    { seq: 1, at, type: 'condition.started', subject: 'x', reason: 'It is *odd*.\n# Not a title' },
    { seq: 2, at: at + 150_000, type: 'condition.ended', subject: 'x', reason: 'It is over.' },
  ],
  leftOut: 0,
};

describe('how it ended', () => {
  test.each<[Partial<Incident>, string]>([
    [{}, 'It ended after the recovery reconnect, after 3 min.'],
    [{ healedBy: null }, 'It ended by itself, after 3 min.'],
    [{ endedAt: null }, 'It has not ended.'],
    [{ endedAt: null, isManual: true }, 'It has not ended. A person was called.'],
  ])('%j', (over, sentence) => {
    expect(outcomeOf({ ...incident, ...over })).toBe(sentence);
  });
});

test('the post-mortem tells all of it, and text of others is no markup', () => {
  expect(postMortem({ ...incident, leftOut: 4 })).toBe(`# Incident i7: DexScreener has not answered for 3 s.

- Component: source
- Worst level: critical
- Began: 2026-03-01 03:04:05 UTC
- Ended: 2026-03-01 03:06:35 UTC
- It ended after the recovery reconnect, after 3 min.

## Conditions

| condition | role | worst level | began | ended | starts |
| --- | --- | --- | --- | --- | --- |
| jobs.late\\{group=hot\\} | root | critical | 2026-03-01 03:04:05 UTC | 2026-03-01 03:06:35 UTC | 2 |

## Timeline

- 2026-03-01 03:04:05 UTC, condition.started: It is \\*odd\\*. \\# Not a title
- 2026-03-01 03:06:35 UTC, condition.ended: It is over.

4 entries in the middle were left out; the journal has them.
`);
});
