import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createSimulatedMarket } from '../market/simulated-market.ts';
import type { Launch } from '../market.ts';
import { framesOf } from './frames.ts';
import { simulatedTape } from './simulated-tape.ts';
import type { TapeFrame } from './tape.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const marketOf = (seed: number, tokens: number, clock = new FakeClock()) =>
  createSimulatedMarket({ seed, tokens, clock });
const mintIn = ({ text }: TapeFrame): unknown => (JSON.parse(text) as { mint: unknown }).mint;

describe('the launches of a simulated market', () => {
  it('are the births and migrations of its tokens, in order, however they are asked for', () => {
    const market = marketOf(7, 400);
    const launches = market.launches(START, START + 6 * HOUR);
    expect(launches.filter(({ kind }) => kind === 'created').length).toBeGreaterThan(20);
    expect(launches.filter(({ kind }) => kind === 'migrated').length).toBeGreaterThan(0);
    expect(launches.map(({ at }) => at)).toEqual(launches.map(({ at }) => at).toSorted((a, b) => a - b));
    const pieces = Array.from({ length: 6 * 40 }, (_, n) =>
      market.launches(START + n * 90_000, START + (n + 1) * 90_000),
    );
    expect(pieces.flat()).toEqual(launches);
    expect(marketOf(7, 400).launches(START, START + 6 * HOUR)).toEqual(launches);
    expect(marketOf(8, 400).launches(START, START + 6 * HOUR)).not.toEqual(launches);
  });

  it('are told when the market shows them, and not long after', () => {
    const market = marketOf(7, 400);
    for (const { at, kind, mint } of market.launches(START, START + 6 * HOUR)) {
      const truth = market.truth(mint, at);
      expect(truth?.mint).toBe(mint);
      const happened = kind === 'created' ? truth?.bornAtMs : truth?.migratesAtMs;
      expect(at - (happened ?? 0)).toBeGreaterThanOrEqual(60_000);
      expect(at - (happened ?? 0)).toBeLessThan(120_000);
    }
  });
});

describe('frames of launches', () => {
  const launches: readonly Launch[] = marketOf(7, 4_000).launches(START, START + 24 * HOUR);
  const frames = launches.flatMap((launch) => framesOf(launch));

  it('are the same each time, and of the topic of their launch', () => {
    const [launch] = launches;
    expect(launch && framesOf(launch)).toEqual(launch && framesOf(launch));
    for (const one of launches) {
      const topic = one.kind === 'created' ? 'creation' : 'migration';
      const own = framesOf(one);
      expect(own.map((frame) => frame.topic)).toEqual(own.map(() => topic));
      expect(own.map(mintIn)).toContain(one.mint);
    }
  });

  it('of migrations say as little as the real ones', () => {
    const migrations = frames.filter(({ topic }) => topic === 'migration');
    expect(migrations.length).toBeGreaterThan(10);
    for (const { text } of migrations) {
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['signature', 'mint', 'txType', 'pool']);
    }
  });

  it('hold the mint of USDC, the pool bonk and repeats in the shares that were measured', () => {
    const creations = frames.filter(({ topic }) => topic === 'creation');
    const share = (count: number): number => count / creations.length;
    expect(creations.length).toBeGreaterThan(1_000);
    const withUsdc = creations.filter((frame) => mintIn(frame) === USDC);
    expect(share(withUsdc.length)).toBeGreaterThan(0.03);
    expect(share(withUsdc.length)).toBeLessThan(0.07);
    for (const { text } of withUsdc) expect(JSON.parse(text)).not.toHaveProperty('name');
    expect(share(creations.filter(({ text }) => text.includes('"pool":"bonk"')).length)).toBeGreaterThan(
      0.001,
    );
    const repeats = frames.length - new Set(frames.map(({ text }) => text)).size;
    expect(repeats / launches.length).toBeGreaterThan(0.003);
    expect(repeats / launches.length).toBeLessThan(0.03);
  });
});

describe('a tape of a simulated market', () => {
  const play = async (clock: FakeClock, ms: number, seed = 7): Promise<readonly [number, string][]> => {
    const told: [number, string][] = [];
    const stop = simulatedTape(marketOf(seed, 2_000, clock), clock).play(({ text }) => {
      told.push([clock.now(), text]);
    });
    await clock.advance(ms);
    stop();
    expect(clock.pending).toBe(0);
    return told;
  };

  it('tells each launch at its time', async () => {
    const told = await play(new FakeClock({ wallMs: START + 12_345 }), HOUR);
    const launches = marketOf(7, 2_000).launches(START + 12_345, START + 12_345 + HOUR);
    expect(told.length).toBeGreaterThan(40);
    const expected = launches.flatMap((launch) => framesOf(launch).map(({ text }) => [launch.at, text]));
    expect(told).toEqual(expected);
  });

  it('goes on after the wall clock has jumped, and tells nothing twice', async () => {
    const clock = new FakeClock();
    const market = marketOf(7, 2_000, clock);
    const told: string[] = [];
    const stop = simulatedTape(market, clock).play(({ text }) => told.push(text));
    await clock.advance(HOUR / 2);
    const before = told.length;
    clock.jumpWall(48 * HOUR);
    await clock.advance(HOUR / 2);
    stop();
    expect(before).toBeGreaterThan(10);
    expect(told.length - before).toBeGreaterThan(10);
    expect(told.length - before, 'the time that was jumped over is not told').toBeLessThan(200);
  });
});
