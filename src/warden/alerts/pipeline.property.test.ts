import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { SEVERITIES } from './severity.ts';
import { play, type Play } from './testing/play.ts';

const RULES = ['a.root', 'a.symptom', 'b.one', 'b.two'] as const;
const LABELS = [{}, { n: '1' }] as const;

type Act =
  | { readonly do: 'report'; readonly rule: number; readonly label: number; readonly severity: number }
  | { readonly do: 'end'; readonly rule: number; readonly label: number }
  | { readonly do: 'silence'; readonly rule: number; readonly forMs: number }
  | { readonly do: 'restart' }
  | { readonly do: 'pass'; readonly ms: number };

const rule = fc.nat(RULES.length - 1);
const label = fc.nat(LABELS.length - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('report' as const), rule, label, severity: fc.nat(3) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), rule, label }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('silence' as const),
      rule,
      forMs: fc.integer({ min: 1_000, max: 1_800_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 20_000, max: 900_000 })),
    }),
  },
);

const runs = inject('propertyRuns') || 60;
const CAP = 4;
const HOUR_MS = 3_600_000;

function perform(acts: readonly Act[]): { readonly scene: Play; readonly hasSilence: boolean } {
  const scene = play(
    { capPerHour: CAP },
    { explains: (cause, symptom) => cause === 'a.root' && symptom === 'a.symptom' },
  );
  let hasSilence = false;
  for (const [index, one] of acts.entries()) {
    if (one.do === 'restart') scene.restart();
    else if (one.do === 'pass') scene.pass(one.ms);
    else if (one.do === 'silence') {
      hasSilence = true;
      const startsAt = Date.UTC(2026, 10, 24, 3) + scene.now();
      scene.silence({
        id: `s${index}`,
        match: { rule: RULES[one.rule] },
        startsAt,
        endsAt: startsAt + one.forMs,
      });
    } else {
      const what = { rule: RULES[one.rule] ?? '', labels: LABELS[one.label] ?? {} };
      if (one.do === 'end') scene.end(what);
      else
        scene.report({
          ...what,
          component: what.rule.split('.')[0] ?? '',
          severity: SEVERITIES[one.severity] ?? 'info',
        });
    }
  }
  return { scene, hasSilence };
}

test('no alert vanishes without a reason: it was told, or the last step of its path says why not', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { scene } = perform(acts);
      scene.pass(2 * HOUR_MS);
      const told = new Set(scene.said.flatMap(({ notice }) => notice.alerts.map(({ id }) => id)));
      for (const alert of scene.all()) {
        const last = alert.path.at(-1);
        expect(last, alert.key).toBeDefined();
        if (told.has(alert.id) || alert.told !== null) continue;
        expect(['waits', 'stopped'], `${alert.key}: ${JSON.stringify(alert.path)}`).toContain(
          alert.path.findLast(({ stage }) => stage !== 'intake' && stage !== 'raise')?.outcome,
        );
      }
    }),
    { numRuns: runs },
  );
});

test('no channel gets more notices than its cap in any rolling hour, but for critical ones', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
      const { scene } = perform(acts);
      scene.pass(3 * HOUR_MS);
      const at = scene.said
        .filter(({ notice }) => notice.severity !== 'critical' || notice.kind === 'summary')
        .map((one) => one.at);
      for (const [index, first] of at.entries()) {
        const next = at[index + CAP];
        if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(HOUR_MS);
      }
    }),
    { numRuns: runs },
  );
});

test('what is critical and there is told, unless it is explained, flaps, or somebody set a silence', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), rule, (acts, index) => {
      const { scene, hasSilence } = perform(acts);
      const what = { rule: RULES[index] ?? '', labels: {} };
      scene.pass(HOUR_MS);
      scene.report({ ...what, severity: 'critical' });
      scene.pass(3 * 60_000);
      const alert = scene.alert(what);
      if (alert.told?.firing === true && alert.told.severity === 'critical') return;
      const last = alert.path.findLast(({ stage }) => stage !== 'intake');
      expect(['inhibit', 'flapping', ...(hasSilence ? ['mute'] : [])]).toContain(last?.stage);
    }),
    { numRuns: runs },
  );
});

test('each alert that people were told of is told to be over, once it is over and quiet', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { scene } = perform(acts);
      for (const name of RULES) for (const labels of LABELS) scene.end({ rule: name, labels });
      scene.pass(3 * HOUR_MS);
      expect(scene.all().filter(({ told, endedAt }) => told?.firing === true || endedAt === null)).toEqual(
        [],
      );
    }),
    { numRuns: runs },
  );
});
