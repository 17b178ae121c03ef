import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, type LogFields, type Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { ThresholdRule } from './detection/index.ts';
import { createWarden, type Warden, type WardenOptions } from './warden.ts';

const hot: ThresholdRule = {
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
const withRemedy: ThresholdRule = { ...hot, remedy: { name: 'cool', verifyWithinMs: 2_000 } };

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

describe('a remedy', () => {
  const run = async (remedies: WardenOptions['remedies'], ms: number): Promise<JournalDraft[]> => {
    const entries: JournalDraft[] = [];
    degrees = 60;
    await start({
      rules: [withRemedy],
      ...(remedies ? { remedies } : {}),
      journal: async (drafts) => void entries.push(...drafts.filter(({ type }) => type.startsWith('action'))),
    });
    await clock.advance(ms);
    return entries;
  };

  test('runs once, is told in log and journal, and is verified', async () => {
    let runs = 0;
    const entries = await run({ cool: () => void ((degrees = 10), (runs += 1)) }, 5_000);
    expect(runs).toBe(1);
    expect(entries).toMatchObject([
      { type: 'action.taken', subject: 'hot', data: { action: 'cool', verifyBy: clock.now() - 3_000 } },
      { type: 'action.verified', data: { outcome: 'worked' } },
    ]);
    expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'warning: It is 60.',
      'warning: Recovery begins: cool.',
      'info: It is over after 1 s: It is 60.',
    ]);
  });

  test.each([
    [60, 'made-it-worse'],
    [90, 'did-not-work'],
  ])('that begins at %i degrees and ends at 90 %s', async (before, outcome) => {
    const data: unknown[] = [];
    degrees = before;
    await start({
      rules: [{ ...withRemedy, critical: { enter: 80, leave: 70 } }],
      remedies: { cool: () => void (degrees = 90) },
      journal: async (drafts) => void data.push(...drafts.map((draft) => draft.data)),
    });
    await clock.advance(2_000);
    expect(data.at(-1)).toMatchObject({ outcome });
  });

  test.each<[string, WardenOptions['remedies'], string]>([
    [
      'that throws',
      {
        cool: () => {
          throw new Error('stuck');
        },
      },
      'stuck',
    ],
    ['that rejects', { cool: () => Promise.reject(new Error('stuck')) }, 'stuck'],
    ['that nobody knows', {}, 'there is no remedy named cool'],
    ['that nobody gave', undefined, 'there is no remedy named cool'],
  ])('%s is reported, and what became of it as well', async (_, remedies, cause) => {
    const entries = await run(remedies, 5_000);
    expect(lines.find(({ level }) => level === 'error')).toMatchObject({
      msg: 'A recovery broke off.',
      fields: { remedy: 'cool', cause },
    });
    expect(entries.map(({ type }) => type)).toEqual(['action.taken', 'action.verified']);
    expect(turnsAt).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  test('that hangs is cut after 30 s, and the turns go on', async () => {
    await run({ cool: () => new Promise(() => undefined) }, 29_999);
    expect(turnsAt).toEqual([0]);
    await clock.advance(1_100);
    expect(turnsAt).toEqual([0, 30_050, 31_050]);
    expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      cause: 'the remedy cool took longer than 30000 ms',
    });
  });
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

  test('a rule that throws breaks its turn and no other', async () => {
    degrees = 60;
    const created = await start({
      rules: [
        {
          ...hot,
          describe: (value) => {
            if (value === 60) throw new Error('no words');
            return 'words';
          },
        },
      ],
    });
    await clock.advance(1_000);
    expect(lines).toMatchObject(Array(2).fill({ level: 'critical', fields: { cause: 'no words' } }));
    degrees = 70;
    await clock.advance(1_000);
    expect(created.health()?.status).toBe('degraded');
  });
});
