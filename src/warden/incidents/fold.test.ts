import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalDraft, JournalEntry } from '../../contract/index.ts';
import type { Level, Rule } from '../detection/index.ts';
import { KEPT_INCIDENTS, closeEnded, foldIncident, noIncidents, type IncidentState } from './fold.ts';
import type { Incident } from './incident.ts';

const rule = (name: string, over: Partial<Rule> = {}): readonly [string, Rule] => [
  name,
  {
    kind: 'threshold',
    name,
    signal: name,
    unit: '',
    forMs: 0,
    keepForMs: 0,
    essential: false,
    nextSteps: [],
    ...over,
  } as Rule,
];
const RULES = new Map([
  rule('source.away'),
  rule('source.slow'),
  rule('data.old', { symptomOf: ['source.*', 'store.full'] }),
  rule('jobs.late'),
  rule('jobs.stuck'),
  rule('store.full'),
  rule('a.one', { symptomOf: ['b.two'] }),
  rule('b.two', { symptomOf: ['a.one'] }),
]);
const SECOND = 1_000;
const MINUTE = 60_000;

type Step = readonly [at: number, what: string, subject?: string | undefined, level?: Level];

/** The journal of steps: `+` starts, `-` ends, `^` worsens a condition; others are types of entries. */
function entriesOf(steps: readonly Step[]): readonly JournalEntry[] {
  return steps.map(([at, what, subject = null, level = 'warning'], index): JournalEntry => {
    const common = { at, seq: index + 1, subject, reason: `${what} ${subject}` };
    const action = { action: what.split(' ')[1] ?? '', condition: subject };
    const draft = ((): JournalDraft => {
      switch (what.split(' ')[0]) {
        case '+':
          return { ...common, type: 'condition.started', data: { level, value: 1, limit: 1, unit: '' } };
        case '-':
          return { ...common, type: 'condition.ended', data: { level, value: 0, durationMs: 1 } };
        case '^':
          return {
            ...common,
            type: 'condition.changed',
            data: { from: 'warning', to: level, value: 1, limit: 1, unit: '' },
          };
        case 'take':
          return { ...common, type: 'action.taken', data: { ...action, verifyBy: null } };
        case 'worked':
          return { ...common, type: 'action.verified', data: { ...action, outcome: 'worked' } };
        case 'failed':
          return { ...common, type: 'action.verified', data: { ...action, outcome: 'did-not-work' } };
        case 'wait':
          return { ...common, type: 'recovery.waiting', data: { cause: 'root' } };
        case 'manual':
          return { ...common, type: 'recovery.manual', data: { level, evidence: null } };
        default:
          return { ...common, type: 'service.started', data: { version: '1', market: 'sim', pid: 1 } };
      }
    })();
    return { ...draft, seq: index + 1 };
  });
}
const play = (...steps: readonly Step[]): IncidentState =>
  entriesOf(steps).reduce((state, entry) => foldIncident(state, entry, RULES), noIncidents);
const after = (ms: number, state: IncidentState): readonly Incident[] => closeEnded(state, ms).incidents;
/** `i1 source open: source.away root, data.old symptom`. */
const told = (incidents: readonly Incident[]): readonly string[] =>
  incidents.map(({ id, component, endedAt, isClosed, conditions }) => {
    const state = isClosed ? 'closed' : endedAt === null ? 'open' : 'ended';
    return `${id} ${component} ${state}: ${conditions.map((one) => `${one.id} ${one.role}`).join(', ')}`;
  });

describe('an incident', () => {
  test.each<[string, readonly Step[], number, readonly string[]]>([
    ['opens with a condition', [[0, '+', 'source.away']], SECOND, ['i1 source open: source.away root']],
    [
      'is joined by what it explains, however late',
      [
        [0, '+', 'source.away'],
        [60 * MINUTE, '+', 'data.old'],
      ],
      61 * MINUTE,
      ['i1 source open: source.away root, data.old symptom'],
    ],
    [
      'has the root in what explains it, also when that comes later',
      [
        [0, '+', 'data.old'],
        [10 * MINUTE, '+', 'store.full'],
      ],
      11 * MINUTE,
      ['i1 store open: data.old symptom, store.full root'],
    ],
    [
      'is joined by the same component within five minutes',
      [
        [0, '+', 'jobs.late'],
        [5 * MINUTE - 1, '+', 'jobs.stuck'],
      ],
      6 * MINUTE,
      ['i1 jobs open: jobs.late root, jobs.stuck beside'],
    ],
    [
      'and not after them',
      [
        [0, '+', 'jobs.late'],
        [5 * MINUTE, '+', 'jobs.stuck'],
      ],
      6 * MINUTE,
      ['i1 jobs open: jobs.late root', 'i2 jobs open: jobs.stuck root'],
    ],
    [
      'is not joined by what has to do with nothing of it',
      [
        [0, '+', 'jobs.late'],
        [1, '+', 'store.full'],
      ],
      SECOND,
      ['i1 jobs open: jobs.late root', 'i2 store open: store.full root'],
    ],
    [
      'is not joined by what a condition would have explained that ended long ago',
      [
        [0, '+', 'source.away'],
        [1, '+', 'source.slow'],
        [2, '-', 'source.away'],
        [3, '+', 'store.full'],
        [4, '-', 'source.slow'],
        [6 * MINUTE, '+', 'data.old'],
      ],
      7 * MINUTE,
      [
        'i1 source closed: source.away root, source.slow beside',
        'i4 store open: store.full root, data.old symptom',
      ],
    ],
    [
      'has no symptom in two that name each other',
      [
        [0, '+', 'a.one'],
        [1, '+', 'b.two'],
      ],
      SECOND,
      ['i1 a open: a.one root', 'i2 b open: b.two root'],
    ],
    [
      'ends with the last of its conditions',
      [
        [0, '+', 'source.away'],
        [1, '+', 'data.old'],
        [2, '-', 'source.away'],
      ],
      60 * MINUTE,
      ['i1 source open: source.away root, data.old symptom'],
    ],
    [
      'is closed five minutes after that',
      [
        [0, '+', 'source.away'],
        [MINUTE, '-', 'source.away'],
      ],
      6 * MINUTE,
      ['i1 source closed: source.away root'],
    ],
    [
      'goes on when its condition comes back before',
      [
        [0, '+', 'source.away'],
        [MINUTE, '-', 'source.away'],
        [6 * MINUTE - 1, '+', 'source.away'],
      ],
      60 * MINUTE,
      ['i1 source open: source.away root'],
    ],
    [
      'and a new one opens after it',
      [
        [0, '+', 'source.away'],
        [MINUTE, '-', 'source.away'],
        [6 * MINUTE, '+', 'source.away'],
      ],
      60 * MINUTE,
      ['i1 source closed: source.away root', 'i3 source open: source.away root'],
    ],
    [
      'of a process that is gone goes on in the next one, where its conditions are found again',
      [
        [0, '+', 'source.away'],
        [9 * MINUTE, 'start'],
        [10 * MINUTE, '+', 'source.away'],
      ],
      60 * MINUTE,
      ['i1 source open: source.away root'],
    ],
    [
      'and has ended with it where they are not',
      [
        [0, '+', 'source.away'],
        [9 * MINUTE, 'start'],
      ],
      14 * MINUTE,
      ['i1 source closed: source.away root'],
    ],
    [
      'is by series where there are several',
      [
        [0, '+', 'jobs.late{group=hot}'],
        [1, '-', 'jobs.late{group=cold}'],
      ],
      SECOND,
      ['i1 jobs open: jobs.late{group=hot} root'],
    ],
    ['is none without a condition', [[0, 'take x', 'source.away']], SECOND, []],
  ])('%s', (_, steps, now, expected) => {
    expect(told(after(now, play(...steps)))).toEqual(expected);
  });

  test('has the worst level, of all and of each, the number of starts, and its end', () => {
    const [incident] = play(
      [0, '+', 'source.away', 'warning'],
      [1, '^', 'source.away', 'critical'],
      [2, '^', 'source.away', 'warning'],
      [3, '+', 'data.old', 'error'],
      [4, '-', 'source.away'],
      [5, '+', 'source.away', 'error'],
      [6, '-', 'data.old'],
      [7, '-', 'source.away'],
    ).incidents;
    expect(incident).toMatchObject({ level: 'critical', openedAt: 0, endedAt: 7, title: '+ source.away' });
    expect(incident?.conditions).toMatchObject([
      { id: 'source.away', level: 'critical', starts: 2, endedAt: 7 },
      { id: 'data.old', level: 'error', starts: 1, endedAt: 6 },
    ]);
  });

  test('knows what healed it, also when that is seen after its end, and that a person was called', () => {
    const steps: Step[] = [
      [0, '+', 'source.away'],
      [1, 'take reconnect', 'source.away'],
      [2, 'failed reconnect', 'source.away'],
      [3, 'wait', 'source.away'],
      [4, 'manual', 'source.away'],
      [5, '-', 'source.away'],
      [6, '+', 'jobs.late'],
    ];
    expect(play(...steps).incidents[0]).toMatchObject({ healedBy: null, isManual: true });
    const [incident, other] = play(...steps, [20 * MINUTE, 'worked restart', 'source.away']).incidents;
    expect(incident).toMatchObject({ healedBy: 'restart', isClosed: true });
    expect(other).toMatchObject({ healedBy: null, isManual: false });
    expect(incident?.timeline.map(({ type }) => type)).toEqual([
      'condition.started',
      'action.taken',
      'action.verified',
      'recovery.waiting',
      'recovery.manual',
      'condition.ended',
      'action.verified',
    ]);
  });

  test('of a long one the beginning and the end are kept', () => {
    const flaps = Array.from({ length: 500 }, (_, index): Step => [
      index,
      index % 2 ? '-' : '+',
      'source.away',
    ]);
    const [incident] = play(...flaps).incidents;
    expect(incident?.timeline.map(({ seq }) => seq)).toEqual([
      ...Array.from({ length: 100 }, (_, index) => index + 1),
      ...Array.from({ length: 100 }, (_, index) => index + 401),
    ]);
    expect(incident?.leftOut).toBe(300);
  });

  test('of many the newest are kept', () => {
    const many = Array.from({ length: 2 * (KEPT_INCIDENTS + 9) }, (_, index): Step => [
      10 * MINUTE * index,
      index % 2 ? '-' : '+',
      'source.away',
    ]);
    const { incidents } = play(...many);
    expect(incidents).toHaveLength(KEPT_INCIDENTS);
    expect(incidents.at(-1)?.id).toBe(`i${many.length - 1}`);
  });
});

test('whatever the journal says, each condition that is there is in exactly one incident that has not ended', () => {
  const names = [...RULES.keys()];
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 4 * MINUTE }),
    what: fc.constantFrom('+', '+', '-', '-', '^', 'start', 'worked x', 'manual'),
    name: fc.constantFrom(...names),
    level: fc.constantFrom<Level>('warning', 'error', 'critical'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let at = 0;
      const there = new Set<string>();
      let state = noIncidents;
      let before: readonly string[] = [];
      const journal = steps.flatMap(({ wait, what, name, level }): Step[] => {
        at += wait;
        if (what === '+' && there.has(name)) return [];
        if ((what === '-' || what === '^') && !there.has(name)) return [];
        if (what === '+') there.add(name);
        if (what === '-') there.delete(name);
        if (what === 'start') there.clear();
        return [[at, what, what === 'start' ? undefined : name, level]];
      });
      for (const entry of entriesOf(journal)) {
        state = foldIncident(state, entry, RULES);
        const ids = state.incidents.map(({ id }) => id);
        // None vanishes, and none changes its name.
        expect(ids.slice(0, before.length)).toEqual(before);
        before = ids;
        for (const { conditions, endedAt, openedAt, isClosed } of state.incidents) {
          expect(conditions.filter(({ role }) => role === 'root')).toHaveLength(1);
          expect(endedAt === null).toBe(conditions.some((one) => one.endedAt === null));
          expect(endedAt ?? openedAt).toBeGreaterThanOrEqual(openedAt);
          if (isClosed) expect(endedAt).not.toBeNull();
        }
      }
      const open = state.incidents.flatMap(({ conditions }) =>
        conditions.filter(({ endedAt }) => endedAt === null).map(({ id }) => id),
      );
      expect(open.toSorted()).toEqual([...there].toSorted());
    }),
  );
});
