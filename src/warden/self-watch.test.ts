import { describe, expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { judge, noJudgement, type Judgement } from './detection/index.ts';
import { createSelfWatch, monitorRules } from './self-watch.ts';

const watch = () => {
  const clock = new FakeClock();
  const self = createSelfWatch(clock, 1_000);
  let judgement: Judgement = noJudgement;
  const turn = (faults = 0) => {
    self.turn();
    for (let fault = 0; fault < faults; fault++) self.fault();
    const samples = self.samples();
    const now = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    const judged = judge(judgement, samples, monitorRules, now, { turnMs: 1_000 });
    ({ judgement } = judged);
    return {
      values: samples.map(({ value }) => value),
      told: judged.conditions.map(({ rule, level }) => `${rule} ${level}`),
      reasons: judged.conditions.map(({ reason }) => reason),
    };
  };
  const turns = async (count: number, faults = 0) => {
    let last = turn(faults);
    for (let done = 1; done < count; done++) {
      await clock.advance(1_000);
      last = turn(faults);
    }
    return last;
  };
  return { clock, turn, turns };
};

test('a calm loop is on time, has no faults and keeps its clock', async () => {
  const { turns } = watch();
  expect(await turns(200)).toMatchObject({ values: [0, 0, 0], told: [] });
});

describe('a turn that is late', () => {
  test.each([
    [4_900, []],
    [5_000, ['monitor.late warning']],
    [42_000, ['monitor.late critical']],
  ])('by %i ms tells %j, for a minute', async (lateMs, told) => {
    const { clock, turn, turns } = watch();
    await turns(10);
    await clock.advance(1_000 + lateMs);
    expect(turn()).toMatchObject({ values: [lateMs / 1_000, 0, 0], told });
    await clock.advance(1_000);
    expect(await turns(58)).toMatchObject({ told });
    await clock.advance(1_000);
    expect(await turns(3)).toMatchObject({ values: [0, 0, 0], told: [] });
  });

  test('says by how much, and a smaller one after it changes nothing', async () => {
    const { clock, turn } = watch();
    turn();
    await clock.advance(9_000);
    turn();
    await clock.advance(4_000);
    expect(turn().reasons).toEqual([
      'A turn of the control loop came 8 s late within the last minute: nothing was watched in that time.',
    ]);
  });

  test('one that is woken early is not late', async () => {
    const { clock, turn } = watch();
    turn();
    await clock.advance(50);
    expect(turn().values[0]).toBe(0);
  });
});

test('parts that fail are told when they go on failing, and no longer than they do', async () => {
  const { clock, turns } = watch();
  expect(await turns(10, 2)).toMatchObject({ values: [0, 2, 0], told: [] });
  await clock.advance(1_000);
  expect(await turns(2, 2)).toMatchObject({
    told: ['monitor.failing warning'],
    reasons: ['2 parts of the monitor fail in each turn: what they measure is not judged.'],
  });
  await clock.advance(1_000);
  expect(await turns(12)).toMatchObject({ values: [0, 0, 0], told: [] });
});

test.each([3_600_000, -86_400_000, 6_000])(
  'a clock that is set by %i ms is told for a minute',
  async (deltaMs) => {
    const { clock, turn, turns } = watch();
    await turns(5);
    clock.jumpWall(deltaMs);
    await clock.advance(1_000);
    expect(turn()).toMatchObject({
      values: [0, 0, Math.abs(deltaMs) / 1_000],
      told: ['monitor.clock_jumped warning'],
    });
    await clock.advance(1_000);
    expect(await turns(60)).toMatchObject({ values: [0, 0, 0], told: [] });
  },
);

test('a clock that is corrected by little is none', async () => {
  const { clock, turn } = watch();
  turn();
  clock.jumpWall(900);
  await clock.advance(1_000);
  expect(turn().told).toEqual([]);
});
