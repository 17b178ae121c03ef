import { expectationSchema, type Expectation } from './expectation-schema.ts';
import { judgeWorld, samplingTimes, unknownNames, type Verdict } from './judge.ts';
import { invalid, readJsonFile } from './read-file.ts';
import type { WorldRecord } from './record.ts';
import type { LoadedWorld } from './world.ts';

/** What must come out of a world, ready to be judged. */
export interface LoadedExpectation {
  readonly file: string;
  /** When tokens have to be looked at, in ms since the start. */
  readonly samplingTimes: readonly number[];
  judge(record: WorldRecord): readonly Verdict[];
}

/** @throws MoonwardenError FILE_UNREADABLE; WORLD_INVALID, also for what can never be judged in this world. */
export function loadExpectation(file: string, world: LoadedWorld): LoadedExpectation {
  const expectation = readJsonFile(file, expectationSchema);
  const late = timesOf(expectation).filter((atMs) => atMs > world.runsMs);
  const faults = [
    ...unknownNames(expectation, world.tokens).map((name) => ({
      path: name,
      message: `there is no such token in ${world.file}`,
    })),
    ...(late.length > 0 ? [{ path: 'at', message: 'a time lies behind the end of the world' }] : []),
    ...(countOf(expectation) === 0 ? [{ path: '(the file)', message: 'expects nothing' }] : []),
  ];
  if (faults.length > 0) throw invalid(file, faults);
  return {
    file,
    samplingTimes: samplingTimes(expectation),
    judge: (record) => judgeWorld(expectation, record),
  };
}

const timesOf = ({ statuses, scores, ages, checks, health, conditions }: Expectation): number[] => [
  ...[...scores, ...ages, ...checks, ...health].map(({ at }) => at),
  ...statuses.flatMap((one) => ('at' in one ? one.at : one.between)),
  ...conditions.map(({ startsBy }) => startsBy),
];

const countOf = ({ counts, about: _, ...lists }: Expectation): number =>
  Object.keys(counts).length + Object.values(lists).reduce((sum, list) => sum + list.length, 0);
