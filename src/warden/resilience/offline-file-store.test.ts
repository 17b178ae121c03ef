import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { parseLine } from './offline-file-lines.ts';
import { createFileOfflineStore, fileOfflineStoreDefaults } from './offline-file-store.ts';
import { recordOf } from './testing/offline-records.ts';
import { propertyRuns } from './testing/property-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'offline-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const nextPath = (): string => join(folder, `queue-${++files}`);
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
const openStore = (path: string, compactBytes?: number) => {
  const store = createFileOfflineStore<string>({
    path,
    ...(compactBytes === undefined ? {} : { compactBytes }),
  });
  opened.push(store);
  return store;
};
const keysOf = async (path: string): Promise<string[]> =>
  (await openStore(path).load()).map(({ key }) => key);

test('whenever it is cut off, what was acknowledged by then is there, and what was removed is not', async () => {
  const path = nextPath();
  const store = openStore(path);
  await store.load();
  /** The keys that are kept, by the length of the file. */
  const acknowledged: [number, string[]][] = [[0, []]];
  const kept = new Set<string>();
  const acknowledge = (): number => acknowledged.push([statSync(path).size, [...kept]]);
  for (const batch of [['ä'], ['b', 'c'], ['d']]) {
    await store.append(batch.map((key, index) => recordOf(key, { seq: kept.size + index })));
    for (const key of batch) kept.add(key);
    acknowledge();
    if (batch.includes('c')) {
      await store.remove(['b']);
      kept.delete('b');
      acknowledge();
    }
  }
  const whole = readFileSync(path);
  const cut = nextPath();
  for (let length = 0; length <= whole.length; length++) {
    writeFileSync(cut, whole.subarray(0, length));
    const known = acknowledged.filter(([size]) => size <= length).at(-1)?.[1] ?? [];
    const next = openStore(cut);
    const found = (await next.load()).map(({ key }) => key);
    expect(found).toEqual(expect.arrayContaining(known));
    expect(found.includes('b') && known.includes('d')).toBe(false);
    expect(next.spoiltLines).toBe(0);
    // What comes after the cut is not spoilt by it.
    await next.append([recordOf('next', { seq: 99 })]);
    await next.close();
    expect(await keysOf(cut)).toEqual([...found, 'next']);
  }
});

test('spoilt lines in the middle are left out and counted; the others are kept', async () => {
  const path = nextPath();
  const good = [recordOf('a'), recordOf('b', { seq: 2 })].map((keep) => JSON.stringify({ keep }));
  writeFileSync(path, `${good[0] ?? ''}\n\0\0\0\n{"keep":{}}\n[]\n${good[1] ?? ''}\n`);
  const store = openStore(path);
  expect((await store.load()).map(({ key }) => key)).toEqual(['a', 'b']);
  expect(store.spoiltLines).toBe(3);
  expect((await store.load()).length).toBe(2);
  expect(store.spoiltLines).toBe(3);
});

const whole = { key: 'k', payload: null, priority: 'low', seq: 1, bytes: 4, at: 5 };
test.each<[string, unknown, boolean]>([
  ['a record', { keep: whole }, true],
  ['a dead one', { keep: { ...whole, dead: { reason: 'x', at: 1 } } }, true],
  ['keys', { drop: ['a'] }, true],
  ['no keys', { drop: [] }, true],
  ['nothing', {}, false],
  ['null', null, false],
  ['a text', 'x', false],
  ['a null record', { keep: null }, false],
  ['another key', { keep: { ...whole, key: 1 } }, false],
  ['another priority', { keep: { ...whole, priority: 'urgent' } }, false],
  ['another seq', { keep: { ...whole, seq: '1' } }, false],
  ['other bytes', { keep: { ...whole, bytes: null } }, false],
  ['another time', { keep: { ...whole, at: undefined } }, false],
  ['no payload', { keep: { ...whole, payload: undefined } }, false],
  ['dead for no reason', { keep: { ...whole, dead: { at: 1 } } }, false],
  ['dead since never', { keep: { ...whole, dead: { reason: 'x' } } }, false],
  ['dead as a text', { keep: { ...whole, dead: 'x' } }, false],
  ['keys that are none', { drop: [1] }, false],
  ['a key alone', { drop: 'a' }, false],
])('a line with %s', (_, line, good) => {
  expect(parseLine(JSON.stringify(line)) !== null).toBe(good);
});

describe('writing anew', () => {
  test('keeps the file small, however much passes through, and loses nothing', async () => {
    const path = nextPath();
    const store = openStore(path, 1_000);
    await store.load();
    await store.append([recordOf('stays')]);
    let largest = 0;
    for (let round = 0; round < 200; round++) {
      await store.append([recordOf(`${round}`, { seq: round + 2 })]);
      await store.remove([`${round}`]);
      largest = Math.max(largest, statSync(path).size);
    }
    expect(largest).toBeLessThan(1_200);
    expect(largest).toBeGreaterThan(900);
    expect(existsSync(`${path}.new`)).toBe(false);
    expect(await keysOf(path)).toEqual(['stays']);
  });

  test('waits until half of it is gone', async () => {
    const path = nextPath();
    const store = openStore(path, 100);
    await store.load();
    const line = JSON.stringify({ keep: recordOf('a') }).length + 1;
    await store.append(['a', 'b', 'c', 'd'].map((key) => recordOf(key)));
    await store.remove(['a']);
    expect(statSync(path).size).toBeGreaterThan(4 * line);
    await store.remove(['b']);
    expect(statSync(path).size).toBe(2 * line);
    expect(await keysOf(path)).toEqual(['c', 'd']);
  });

  test('that fails leaves the file as it was, and is tried again when it has doubled', async () => {
    const path = nextPath();
    mkdirSync(`${path}.new`);
    const store = openStore(path, 100);
    await store.load();
    for (const key of ['a', 'b', 'c']) {
      await store.append([recordOf(key)]);
      await store.remove([key]);
    }
    const size = statSync(path).size;
    expect(size).toBeGreaterThan(200);
    rmSync(`${path}.new`, { recursive: true });
    await store.append([recordOf('d')]);
    for (let round = 0; round < 10; round++) {
      await store.append([recordOf('e')]);
      await store.remove(['e']);
    }
    expect(statSync(path).size).toBeLessThan(2 * size);
    expect(await keysOf(path)).toEqual(['d']);
  });
});

test('a write that fails leaves nothing that spoils the next one', async () => {
  const path = nextPath();
  const store = openStore(path);
  await store.load();
  await store.append([recordOf('a')]);
  // The disk takes half of it and is full.
  const handle = await open(path, 'r+');
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  const write = prototype.write;
  let full = true;
  vi.spyOn(prototype, 'write').mockImplementation(async function (this: typeof handle, ...given: unknown[]) {
    const [bytes, from, length, position] = given as [Uint8Array, number, number, number];
    if (full && from > 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const part = full ? Math.ceil(length / 2) : length;
    return (write as (...args: unknown[]) => Promise<{ bytesWritten: number; buffer: Uint8Array }>).call(
      this,
      bytes,
      from,
      part,
      position,
    );
  } as typeof prototype.write);
  const long = recordOf('long', { payload: 'x'.repeat(1_000) });
  await expect(store.append([recordOf('b'), long])).rejects.toThrow('no space left');
  full = false;
  await store.append([recordOf('c', { seq: 2 })]);
  const next = openStore(path);
  expect((await next.load()).map(({ key }) => key)).toEqual(['a', 'c']);
  expect(next.spoiltLines).toBe(0);
});

test('only its owner can read it', async () => {
  const path = nextPath();
  await openStore(path).load();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('load comes first; a folder must be there; sizes are numbers', async () => {
  await expect(openStore(nextPath()).append([recordOf('a')])).rejects.toThrow(
    /is not open: load comes first$/,
  );
  await expect(openStore(join(folder, 'none', 'queue')).load()).rejects.toMatchObject({ code: 'ENOENT' });
  expect(() => openStore(nextPath(), 0)).toThrow(
    new RangeError('compactBytes must be a number above 0, not 0'),
  );
  expect(fileOfflineStoreDefaults.compactBytes).toBe(1_048_576);
  const closed = openStore(nextPath());
  await closed.load();
  await closed.close();
  await expect(closed.append([recordOf('a')])).rejects.toThrow(/load comes first/);
});

test(
  'it holds what a map would, over any comings, goings and reopenings',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({
              keep: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 }),
            }),
            fc.record({
              drop: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 }),
            }),
            fc.constant('reopen' as const),
          ),
          { maxLength: 25 },
        ),
        fc.constantFrom(1, 150, 10_000),
        async (steps, compactBytes) => {
          const path = nextPath();
          let store = openStore(path, compactBytes);
          await store.load();
          const model = new Map<string, number>();
          let seq = 0;
          for (const step of steps) {
            if (step === 'reopen') {
              await store.close();
              store = openStore(path, compactBytes);
              const found = await store.load();
              expect(found.map((record) => [record.key, record.seq])).toEqual(
                [...model].sort((a, b) => a[1] - b[1]),
              );
            } else if ('keep' in step) {
              const records = [...new Set(step.keep)].map((key) => recordOf(key, { seq: ++seq }));
              await store.append(records);
              for (const record of records) model.set(record.key, record.seq);
            } else {
              await store.remove(step.drop);
              for (const key of step.drop) model.delete(key);
            }
          }
          await store.close();
          rmSync(path);
        },
      ),
      // Each play writes to the disk.
      { numRuns: Math.min(propertyRuns(50), 500) },
    ),
  600_000,
);
