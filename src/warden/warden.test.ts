// Over 350 lines because the front door is tried here with everything that may go wrong behind it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, type LogFields, type Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { ThresholdRule } from './detection/index.ts';
import type { RecoveryAction } from './recovery/index.ts';
import { createWarden, type Warden, type WardenOptions } from './warden.ts';

const hot: ThresholdRule = {
  kind: 'threshold',
  name: 'hot',
  signal: 'degrees',
  unit: '°',
  warning: { enter: 50, leave: 40 },
  forMs: 0,
  keepForMs: 0,
  essential: true,
  describe: (value) => `It is ${value}.`,
  nextSteps: [],
};
const cooling = (run: RecoveryAction['run']): RecoveryAction => ({
  name: 'cool',
  step: 'soft',
  component: 'air',
  ends: ['hot'],
  verifyWithinMs: 2_000,
  run,
});

let clock = new FakeClock();
let degrees = 20;
let turnsAt: number[] = [];
let lines: { level: string; msg: string; fields: LogFields }[] = [];
let warden: Warden | undefined;
const write =
  (level: string) =>
  (msg: string, fields: LogFields = {}) =>
    void lines.push({ level, msg, fields });
const log: Logger = {
  debug: write('debug'),
  info: write('info'),
  warning: write('warning'),
  error: write('error'),
  critical: write('critical'),
  child: () => log,
};
const create = (options: Partial<WardenOptions> = {}): Warden => {
  warden = createWarden({
    clock,
    log,
    probes: [
      () => {
        turnsAt.push(clock.monotonic());
        return [{ signal: 'degrees', value: degrees }];
      },
    ],
    rules: [hot],
    ...options,
  });
  return warden;
};
const start = async (options: Partial<WardenOptions> = {}): Promise<Warden> => {
  const created = create(options);
  created.start();
  await clock.settle();
  return created;
};

test('health weighs what a condition is about, and each component says why', async () => {
  degrees = 90;
  const scorching = { ...hot, name: 'air.hot', critical: { enter: 80, leave: 60 } };
  const asked = { rules: [scorching], components: [{ name: 'air', title: 'The air', essential: false }] };
  const { health, components } = await start(asked);
  expect(health()).toMatchObject({ status: 'degraded', conditions: [{ level: 'critical' }] });
  expect(components('The house').slice(0, 2)).toMatchObject([
    { title: 'The house', status: 'degraded', reason: 'The air: It is 90.', conditions: 1 },
    { name: 'air', title: 'The air', parent: 'service', status: 'critical', reason: 'It is 90.' },
  ]);
  await warden?.stop();
  expect((await start({ rules: [scorching] })).health()?.status).toBe('critical');
});

beforeEach(() => {
  clock = new FakeClock();
  degrees = 20;
  turnsAt = [];
  lines = [];
});
afterEach(async () => {
  const stopping = warden?.stop();
  await clock.advance(60_000);
  await stopping;
  // Nothing turns any more, and nothing waits.
  expect(clock.pending).toBe(0);
});

describe('turns', () => {
  test('come each second by default, the first at once', async () => {
    const created = create();
    expect(created.health()).toBeNull();
    for (let twice = 0; twice < 2; twice++) created.start();
    await clock.advance(3_500);
    expect(turnsAt).toEqual([0, 1_000, 2_000, 3_000]);
    expect(created.health()).toMatchObject({ status: 'healthy' });
  });

  test('keep their rhythm though they take time, but leave a rest when they take too long', async () => {
    let recordMs = 300;
    await start({ turnMs: 500, sampleRecordMs: 0, journal: () => clock.sleep(recordMs) });
    await clock.advance(1_100);
    expect(turnsAt).toEqual([0, 500, 1_000]);
    recordMs = 2_000;
    await clock.advance(4_000);
    expect(turnsAt.slice(3)).toEqual([1_500, 3_550]);
  });

  test('one that is woken comes 50 ms after the call, whatever else wakes it meanwhile', async () => {
    const created = await start();
    await clock.advance(300);
    for (let count = 0; count < 5; count++) {
      created.wake();
      await clock.advance(9);
    }
    await clock.advance(5);
    expect(turnsAt).toEqual([0, 350]);
    await clock.advance(1_000);
    expect(turnsAt).toEqual([0, 350, 1_350]);
  });

  test('are never closer than 50 ms, however often they are woken', async () => {
    const created = await start();
    for (let ms = 0; ms < 2_000; ms += 3) {
      created.wake();
      await clock.advance(3);
    }
    const gaps = turnsAt.slice(1).map((at, index) => at - (turnsAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50);
    expect(turnsAt.length).toBeGreaterThan(30);
  });

  test('one that is woken while it runs is followed by another', async () => {
    const created = await start({ sampleRecordMs: 0, journal: () => clock.sleep(100) });
    await clock.advance(50);
    created.wake();
    await clock.advance(110);
    expect(turnsAt).toEqual([0, 150]);
  });
});

describe('stop', () => {
  const isStopped = async (stopping: Promise<void>): Promise<boolean> => {
    let ended = false;
    void stopping.then(() => (ended = true));
    await clock.settle();
    return ended;
  };

  test('ends at once in the rest between turns', async () => {
    const created = await start();
    await clock.advance(500);
    expect(await isStopped(created.stop())).toBe(true);
    await clock.advance(5_000);
    expect(turnsAt).toEqual([0]);
  });

  test('ends at once in the short rest after it was woken', async () => {
    const created = await start();
    created.wake();
    await clock.advance(10);
    expect(await isStopped(created.stop())).toBe(true);
    expect([turnsAt, clock.pending]).toEqual([[0], 0]);
  });

  test('waits for the turn that runs, and for no other', async () => {
    const created = await start({ sampleRecordMs: 0, journal: () => clock.sleep(100) });
    const stopping = created.stop();
    expect(await isStopped(stopping)).toBe(false);
    await clock.advance(100);
    expect(await isStopped(stopping)).toBe(true);
    expect(turnsAt).toEqual([0]);
  });

  test('before the start leaves nothing to start, nor does a wake', async () => {
    const created = create();
    created.wake();
    await created.stop();
    created.start();
    await clock.advance(2_000);
    expect(turnsAt).toEqual([]);
  });
});

describe('the journal', () => {
  const type = ({ type: name }: JournalDraft): string => name;

  test('gets all samples once a minute, and each change at once', async () => {
    const writes: [number, string[]][] = [];
    await start({ journal: async (entries) => void writes.push([clock.monotonic(), entries.map(type)]) });
    await clock.advance(29_500);
    degrees = 60;
    await clock.advance(31_000);
    expect(writes).toEqual([
      [0, ['samples']],
      [30_000, ['condition.started']],
      [60_000, ['samples']],
    ]);
  });

  test('while it refuses, entries are kept, and then written once each and in order', async () => {
    const offered: number[] = [];
    const stored: JournalDraft[] = [];
    let refuses = true;
    await start({
      sampleRecordMs: 0,
      journal: async (entries) => {
        offered.push(entries.length);
        if (refuses) throw new Error('disk full');
        stored.push(...entries);
      },
    });
    await clock.advance(3_000);
    expect(offered).toEqual([1, 2, 3, 4]);
    expect(lines[0]).toMatchObject({ level: 'debug', fields: { cause: 'disk full' } });
    refuses = false;
    await clock.advance(2_000);
    expect(offered.slice(4)).toEqual([5, 1]);
    const begin = stored[0]?.at ?? 0;
    expect(stored.map(({ at }) => at - begin)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  test('that does not answer holds up no turn for longer than five seconds, and gets nothing twice', async () => {
    const offered: number[] = [];
    const created = await start({
      sampleRecordMs: 0,
      journal: async (entries) => {
        offered.push(entries.length);
        await clock.sleep(12_000);
      },
    });
    await clock.advance(13_000);
    expect(turnsAt).toEqual([0, 5_050, 10_100]);
    expect(offered).toEqual([1, 2]);
    const stopping = created.stop();
    await clock.advance(30_000);
    await stopping;
    expect(offered).toEqual([1, 2]);
  });

  test('of what it refuses for long, the newest thousand are kept', async () => {
    let last: readonly JournalDraft[] = [];
    await start({
      sampleRecordMs: 0,
      journal: async (entries) => {
        last = entries;
        throw new Error('disk full');
      },
    });
    await clock.advance(1_200_000);
    expect(last).toHaveLength(1_000);
    expect(last.at(-1)?.at).toBe(clock.now());
  });
});

describe('an action', () => {
  const isOfRecovery = ({ type }: JournalDraft): boolean => /^(action|recovery)/.test(type);
  const run = async (
    action: RecoveryAction['run'],
    ms: number,
    more: Partial<WardenOptions> = {},
  ): Promise<JournalDraft[]> => {
    const entries: JournalDraft[] = [];
    degrees = 60;
    await start({
      actions: [cooling(action)],
      recovery: () => ({ graceMs: 0 }),
      journal: async (drafts) => void entries.push(...drafts.filter(isOfRecovery)),
      ...more,
    });
    await clock.advance(ms);
    return entries;
  };

  test('runs once, is told in log and journal, and is verified', async () => {
    let runs = 0;
    const entries = await run(() => void ((degrees = 10), (runs += 1)), 5_000);
    expect(runs).toBe(1);
    expect(entries).toMatchObject([
      { type: 'action.taken', subject: 'hot', data: { action: 'cool', verifyBy: clock.now() - 3_000 } },
      { type: 'action.verified', data: { outcome: 'worked' } },
    ]);
    const id = entries.map(({ data }) => ('id' in data ? data.id : null));
    expect(new Set(id).size).toBe(1);
    expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'warning: It is 60.',
      'warning: Recovery begins: cool.',
      'info: It is over after 0 s: It is 60.',
      'info: cool worked: hot is over.',
    ]);
    expect(lines[1]?.fields).toMatchObject({ recovery: id[0] });
  });

  test('is looked at as soon as it has run', async () => {
    await run(() => clock.sleep(300), 1_000);
    expect(turnsAt).toEqual([0, 350]);
  });

  test.each([
    [500, 500],
    [4_000, 2_000],
  ])(
    'begins when its beginning is stored (after %i ms), or after two seconds: %i',
    async (storedMs, beginsMs) => {
      const ran: number[] = [];
      await run(() => void ran.push(clock.monotonic()), 6_000, { journal: () => clock.sleep(storedMs) });
      expect(ran).toEqual([beginsMs]);
    },
  );

  test('whose beginning could not be stored is in the journal later', async () => {
    const stored: JournalDraft[] = [];
    let refuses = true;
    await run(() => undefined, 1_500, {
      journal: async (drafts) => {
        if (refuses) throw new Error('disk full');
        stored.push(...drafts.filter(isOfRecovery));
      },
    });
    refuses = false;
    await clock.advance(2_000);
    expect(stored.map(({ type }) => type)).toEqual(['action.taken', 'action.verified', 'recovery.waiting']);
  });

  test.each([
    [60, 'made-it-worse'],
    [90, 'did-not-work'],
  ])('that begins at %i degrees and ends at 90 %s', async (before, outcome) => {
    const data: unknown[] = [];
    degrees = before;
    await start({
      rules: [{ ...hot, critical: { enter: 80, leave: 70 } }],
      actions: [cooling(() => void (degrees = 90))],
      recovery: () => ({ graceMs: 0 }),
      journal: async (drafts) =>
        void data.push(...drafts.filter(({ type }) => type === 'action.verified').map((draft) => draft.data)),
    });
    await clock.advance(4_000);
    expect(data).toMatchObject([{ outcome }]);
  });

  test.each<[string, RecoveryAction['run'], string]>([
    [
      'that throws',
      () => {
        throw new Error('stuck');
      },
      'stuck',
    ],
    ['that rejects', () => Promise.reject(new Error('stuck')), 'stuck'],
  ])('%s has not worked, and it is said why', async (_, action, cause) => {
    const entries = await run(action, 5_000);
    expect(entries).toMatchObject([
      { type: 'action.taken' },
      { type: 'action.verified', reason: `cool broke off: ${cause}`, data: { outcome: 'did-not-work' } },
      { type: 'recovery.waiting', data: { cause: 'cool-down' } },
    ]);
    expect(turnsAt.slice(0, 3)).toEqual([0, 50, 1_050]);
  });

  test('that hangs is told to end after 30 s, and the turns go on all the while', async () => {
    let told: AbortSignal | undefined;
    const entries = await run((signal) => {
      told = signal;
      return new Promise(() => undefined);
    }, 29_999);
    expect(turnsAt).toHaveLength(30);
    expect(told?.aborted).toBe(false);
    await clock.advance(1_100);
    expect(told?.aborted).toBe(true);
    expect(entries[1]?.reason).toBe('cool broke off: cool took longer than 30000 ms');
  });

  test('that runs is told to end when the service stops', async () => {
    let told: AbortSignal | undefined;
    await run((signal) => {
      told = signal;
      return new Promise(() => undefined);
    }, 1_000);
    await warden?.stop();
    expect(told?.aborted).toBe(true);
  });

  test('is begun by hand, with the same record; who asks hears what came of it', async () => {
    const entries = await run(() => undefined, 0, { recovery: () => ({ mode: 'observe', graceMs: 0 }) });
    const answer = warden?.recover('cool', 'ada');
    await clock.advance(100);
    expect(await answer).toMatchObject({ ok: true });
    const again = warden?.recover('cool', 'ada');
    const unknown = warden?.recover('heat', 'ada');
    await clock.advance(100);
    expect(await again).toEqual({ ok: false, why: 'It waits for cool, whose effect is still to be seen.' });
    expect(await unknown).toEqual({ ok: false, why: 'There is no action named heat.' });
    expect(entries.map(({ type }) => type)).toEqual([
      'recovery.waiting',
      'action.taken',
      'recovery.refused',
      'recovery.refused',
    ]);
    expect(entries[1]?.data).toMatchObject({ by: 'ada' });
    const late = warden?.recover('cool', 'ada');
    await warden?.stop();
    expect(await late).toEqual({ ok: false, why: 'The service stops.' });
    expect(await warden?.recover('cool', 'ada')).toEqual({ ok: false, why: 'The service stops.' });
  });

  test('how recovery stands is told in times of the wall clock', async () => {
    await run(() => undefined, 100);
    expect(warden?.recoveries()).toMatchObject({
      at: clock.now(),
      mode: 'act',
      noRestart: null,
      budget: { perHour: 5, used: 1, hardPerHour: 3, hardUsed: 0 },
      pending: [
        { action: 'cool', condition: 'hot', startedAt: clock.now() - 100, verifyBy: clock.now() + 1_950 },
      ],
      conditions: [
        { condition: 'hot', step: 'soft', state: 'recovering', why: null, lastAt: clock.now() - 100 },
      ],
      actions: [{ name: 'cool', ends: ['hot'], outcomes: [] }],
    });
    await clock.advance(3_000);
    expect(warden?.recoveries()).toMatchObject({
      pending: [],
      conditions: [{ step: 'medium', state: 'waiting' }],
      actions: [{ outcomes: [{ condition: 'hot', worked: 0, didNotWork: 1, madeItWorse: 0 }] }],
    });
  });
});

describe('when nothing more can be done', () => {
  const manual: RecoveryAction = { ...cooling(() => undefined), step: 'hard' };
  const escalate = async (preserve: WardenOptions['preserve']): Promise<JournalDraft[]> => {
    const entries: JournalDraft[] = [];
    degrees = 60;
    await start({
      rules: [{ ...hot, warning: undefined, critical: { enter: 50, leave: 40 } }],
      actions: [manual],
      noRestart: () => 'Nobody would start it again.',
      recovery: () => ({ graceMs: 0 }),
      preserve,
      journal: async (drafts) =>
        void entries.push(...drafts.filter(({ type }) => type.startsWith('recovery'))),
    });
    await clock.advance(3_000);
    return entries;
  };

  test('evidence is kept once, and the journal says where', async () => {
    const kept: string[] = [];
    const entries = await escalate(({ rule }, why) => {
      kept.push(`${rule}: ${why}`);
      return '/data/incidents/1';
    });
    expect(kept).toEqual(['hot: Nobody would start it again.']);
    expect(entries).toMatchObject([
      { type: 'recovery.manual', subject: 'hot', data: { evidence: '/data/incidents/1' } },
    ]);
    expect(lines.at(-1)).toMatchObject({
      level: 'critical',
      msg: 'A person is needed: It is 60. Nobody would start it again.',
    });
  });

  test('and evidence cannot be kept, that is said, and a person is asked all the same', async () => {
    const entries = await escalate(() => {
      throw new Error('disk full');
    });
    expect(entries).toMatchObject([{ type: 'recovery.manual', data: { evidence: null } }]);
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { cause: 'disk full' } });
  });
});

test('a past that cannot be read is reported, and recovery begins anew', async () => {
  await start({
    recalled: () => {
      throw new Error('no journal');
    },
  });
  expect(lines[0]).toMatchObject({ level: 'error', fields: { cause: 'no journal' } });
  expect(warden?.recoveries().budget.used).toBe(0);
});

describe('what others do wrong', () => {
  test('a listener that throws is reported, and the loop turns on with its state', async () => {
    degrees = 60;
    const created = await start({
      onTurn: () => {
        throw new Error('listener');
      },
    });
    await clock.advance(3_000);
    expect(turnsAt).toHaveLength(4);
    expect(lines.filter(({ fields }) => fields['cause'] === 'listener')).toHaveLength(4);
    // Told once, not anew in each turn.
    expect(lines.filter(({ level }) => level === 'warning')).toHaveLength(1);
    expect(created.health()?.status).toBe('degraded');
  });

  test('a probe that throws is reported, and the loop turns on', async () => {
    const created = await start({
      probes: [
        () => {
          turnsAt.push(clock.monotonic());
          throw new Error('probe');
        },
      ],
    });
    await clock.advance(2_000);
    expect([turnsAt.length, lines[0]]).toMatchObject([3, { level: 'error', fields: { cause: 'probe' } }]);
    expect(created.health()?.status).toBe('unknown');
  });

  test('a rule that cannot word what it found is told in other words', async () => {
    degrees = 60;
    const created = await start({
      rules: [
        {
          ...hot,
          describe: () => {
            throw new Error('no words');
          },
        },
      ],
    });
    expect(created.health()?.conditions[0]?.reason).toMatch(
      /^degrees is 60.*could not describe it: no words/,
    );
  });

  test('a broken rule is reported once and stops no other one', async () => {
    degrees = 60;
    const broken = {
      ...hot,
      name: 'broken',
      get warning(): never {
        throw new Error('no limit');
      },
    };
    const created = await start({ rules: [broken, hot] });
    await clock.advance(2_000);
    expect(created.health()?.conditions).toMatchObject([{ rule: 'hot', level: 'warning' }]);
    expect(created.health()?.unknown).toEqual(['degrees']);
    expect(lines.filter(({ fields }) => fields['cause'] === 'no limit')).toMatchObject([
      { level: 'error', fields: { rule: 'broken' } },
    ]);
  });

  test('a memory of other days that throws is reported, and the loop turns on', async () => {
    degrees = 60;
    const created = await start({
      past: () => {
        throw new Error('no past');
      },
    });
    expect(created.health()?.status).toBe('degraded');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', fields: { cause: 'no past' } }));
  });
});
