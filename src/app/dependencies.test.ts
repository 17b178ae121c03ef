import { expect, it } from 'vitest';
import { FakeClock, createRandom } from '../kernel/index.ts';
import { journalDraft, type JournalDraft } from '../contract/index.ts';
import { createDexClient, dexSection } from '../hosts/dexscreener/index.ts';
import { FakeTransport, jsonAnswer, mintOf, wirePair } from '../hosts/dexscreener/testing/wire.ts';
import { keptLog, type KeptLog } from '../hosts/tokens/testing/tokens.ts';
import { defaultsOf } from '../warden/config/index.ts';
import { watchMarket } from './dependencies.ts';

const refused = (): never => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};

interface Bench {
  readonly clock: FakeClock;
  readonly transport: FakeTransport;
  readonly entries: JournalDraft[];
  readonly log: KeptLog;
  readonly woken: () => number;
  readonly close: () => void;
  /** So many seconds, each with a read and a turn. */
  readonly pass: (seconds: number) => Promise<void>;
}

function bench(): Bench {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const entries: JournalDraft[] = [];
  const log = keptLog();
  const settings = { ...defaultsOf(dexSection), pairsPerMinute: 100 };
  const dex = createDexClient({ transport, clock, random: createRandom(1), settings });
  transport.answer = () => jsonAnswer([wirePair()]);
  let woken = 0;
  let mint = 0;
  const turn = watchMarket({
    clock,
    log,
    note: (entry) => entries.push(journalDraft.parse(entry)),
    dex,
    onChange: () => (woken += 1),
  });
  return {
    clock,
    transport,
    entries,
    log,
    woken: () => woken,
    close: () => {
      dex.close();
    },
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) {
        dex.readPools(mintOf(mint++)).catch(() => undefined);
        await clock.advance(1_000);
        turn();
      }
    },
  };
}

const steps = (entries: readonly JournalDraft[]): string[] =>
  entries.flatMap((entry) =>
    entry.type === 'dependency.state' ? [`${entry.data.from} ${entry.data.to} ${entry.data.leftOut}`] : [],
  );

it('an outage is told from its begin to its end, with the reason of each step', async () => {
  const { transport, entries, log, woken, pass, close } = bench();
  await pass(10);
  expect([entries, woken()]).toEqual([[], 0]);
  transport.answer = refused;
  await pass(20);
  transport.answer = () => jsonAnswer([wirePair()]);
  await pass(20);
  expect(entries.map(({ type, subject, reason }) => [type, subject, reason])).toEqual([
    ['dependency.state', 'DexScreener', 'DexScreener is left alone: 5 failures in a row.'],
    ['dependency.state', 'DexScreener', 'DexScreener is tried again: a probe succeeded.'],
    ['dependency.state', 'DexScreener', 'DexScreener is called as usual again: 3 trials succeeded.'],
  ]);
  expect(steps(entries)).toEqual(['closed open 0', 'open half_open 0', 'half_open closed 0']);
  expect(log.lines.map(({ level }) => level)).toEqual(['warning', 'warning', 'info']);
  expect(woken()).toBe(3);
  close();
});

it('trials in vain for hours are told once, and counted at the end', async () => {
  const { transport, entries, pass, close } = bench();
  transport.answer = refused;
  await pass(2 * 3_600);
  expect(steps(entries)).toEqual(['closed open 0', 'open half_open 0', 'half_open open 0']);
  transport.answer = () => jsonAnswer([wirePair()]);
  await pass(20);
  expect(steps(entries).at(-1)).toMatch(/^open closed (?!0$)\d+$/);
  expect(entries.at(-1)?.reason).toMatch(/3 trials succeeded\. It changed \d+ times in between\.$/);
  close();
});

it('a source that comes and goes does not fill the journal', async () => {
  const { transport, entries, pass, close } = bench();
  for (let minute = 0; minute < 120; minute++) {
    transport.answer = minute % 2 === 0 ? refused : () => jsonAnswer([wirePair()]);
    await pass(60);
  }
  expect(steps(entries).length).toBeGreaterThan(20);
  expect(steps(entries).length).toBeLessThanOrEqual(6 * 12);
  close();
});

it('a wish for fewer calls is told with what is left of the rate, and not again with each of a storm', async () => {
  const { transport, entries, log, woken, pass, close } = bench();
  await pass(5);
  transport.answer = () => jsonAnswer('slow down', { status: 429, retryAfter: '7' });
  await pass(1);
  expect(entries).toEqual([
    {
      type: 'dependency.throttled',
      at: expect.any(Number) as number,
      subject: 'DexScreener',
      reason:
        'DexScreener asked for fewer requests (pairs) and to be left alone for 7 s: 50 of 100 a minute are made for now.',
      data: { quota: 'pairs', rate: 50, limit: 100, pauseMs: 7_000, leftOut: 0 },
    },
  ]);
  expect([log.lines.length, woken()]).toEqual([1, 1]);
  // Every tenth call from now on.
  let calls = 0;
  transport.answer = () =>
    jsonAnswer([wirePair()], ++calls % 10 === 0 ? { status: 429, retryAfter: '1' } : {});
  await pass(11 * 60);
  const told = entries.flatMap((entry) =>
    entry.type === 'dependency.throttled' ? [entry.data.leftOut] : [],
  );
  expect(told.length).toBeLessThanOrEqual(4);
  expect(Math.max(...told)).toBeGreaterThan(20);
  close();
});
