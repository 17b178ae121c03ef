import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { lookAt, watchFile, watchTimes } from './watch-file.ts';

/** Plays states of a file, one a look, and tells after which of them it was read. */
async function readsIn(states: readonly (string | null)[]): Promise<number[]> {
  const clock = new FakeClock();
  let place = 0;
  const reads: number[] = [];
  const stop = watchFile({
    clock,
    look: async () => states[Math.min(place, states.length - 1)] ?? null,
    onChange: async () => {
      reads.push(place);
    },
  });
  await clock.advance(0);
  for (place = 1; place < states.length; place++) await clock.advance(watchTimes.everyMs);
  const stopped = stop();
  await clock.advance(watchTimes.everyMs);
  await stopped;
  return reads;
}

test.each<[string, (string | null)[], number[]]>([
  ['the first time it rests', ['a', 'a', 'a', 'a'], [1]],
  ['each time that it has changed and rests', ['a', 'a', 'b', 'b', 'b', 'a', 'a'], [1, 3, 6]],
  ['not while it is being written', ['a', 'a', 'b', 'c', 'd', 'd'], [1, 5]],
  ['all the same when it is written without end', 'a a b c d e f g h i j'.split(' '), [1, 9]],
  ['not for a change that is taken back', ['a', 'a', 'b', 'a', 'a'], [1]],
  ['not while it is made anew', ['a', 'a', null, null, 'b', 'b'], [1, 5]],
  ['when it stays away', ['a', 'a', null, null, null, null, null, null, null, null, null, null], [1, 9]],
  ['when it comes later', [null, null, null, 'a', 'a'], [1, 4]],
])('a file is read %s', async (_, states, expected) => {
  expect(await readsIn(states)).toEqual(expected);
});

test('every way to change a real file changes how it looks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'look at '));
  const path = join(folder, 'a.json');
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  const seen: (string | null)[] = [];
  const steps: (() => void)[] = [
    () => undefined,
    () => {
      writeFileSync(path, 'one');
    },
    () => {
      appendFileSync(path, ' more');
    },
    () => {
      writeFileSync(`${path}.new`, 'one more');
      renameSync(`${path}.new`, path);
    },
    () => {
      rmSync(path);
    },
    () => {
      writeFileSync(first, 'x');
      symlinkSync(first, path);
    },
    () => {
      writeFileSync(second, 'x');
      symlinkSync(second, `${path}.new`);
      renameSync(`${path}.new`, path);
    },
  ];
  for (const step of steps) {
    step();
    seen.push(await lookAt(path)());
    expect(await lookAt(path)()).toBe(seen.at(-1));
  }
  rmSync(folder, { recursive: true });
  expect(seen[0]).toBeNull();
  expect(seen[4]).toBeNull();
  expect(new Set(seen.filter((state) => state !== null)).size).toBe(5);
});
