import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createFileOfflineStore } from './offline-file-store.ts';
import { createMemoryOfflineStore, type OfflineStore } from './offline-store.ts';
import { recordOf } from './testing/offline-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'offline-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const fileStores = (compactBytes?: number) => (): (() => OfflineStore<string>) => {
  const path = join(folder, `contract-${++files}`);
  return () => {
    const store = createFileOfflineStore<string>({ path, ...(compactBytes ? { compactBytes } : {}) });
    opened.push(store);
    return store;
  };
};

/** Each store, and how the next process opens it again. */
const stores: [string, () => () => OfflineStore<string>][] = [
  [
    'memory',
    () => {
      const store = createMemoryOfflineStore<string>();
      return () => store;
    },
  ],
  ['a file', fileStores()],
  ['a file that is written anew all the time', fileStores(1)],
];

describe.each(stores)('kept in %s', (_, make) => {
  test('nothing is there at first', async () => {
    expect(await make()().load()).toEqual([]);
  });

  test('records are there again, in the order of seq', async () => {
    const open = make();
    const store = open();
    await store.load();
    const [a, b, c] = [recordOf('a', { seq: 2 }), recordOf('b', { seq: 10 }), recordOf('c', { seq: 1 })];
    await store.append([a, b]);
    await store.append([c]);
    expect(await open().load()).toEqual([c, a, b]);
  });

  test('everything that a record says is kept', async () => {
    const open = make();
    const store = open();
    await store.load();
    const record = recordOf('"\n\u{1f680}\u2028', {
      payload: 'line\nline',
      priority: 'low',
      at: 1e12,
      dead: { reason: 'no\n', at: 5 },
    });
    await store.append([record]);
    expect(await open().load()).toEqual([record]);
  });

  test('a record takes the place of the one with its key', async () => {
    const open = make();
    const store = open();
    await store.load();
    await store.append([recordOf('a'), recordOf('b', { seq: 2 })]);
    await store.append([recordOf('a', { seq: 3, payload: 'other' })]);
    expect(await open().load()).toEqual([
      recordOf('b', { seq: 2 }),
      recordOf('a', { seq: 3, payload: 'other' }),
    ]);
  });

  test('what is removed stays away; what was never there may be removed', async () => {
    const open = make();
    const store = open();
    await store.load();
    await store.append([recordOf('a'), recordOf('b', { seq: 2 }), recordOf('c', { seq: 3 })]);
    await store.remove(['a', 'c', 'x']);
    await store.remove(['y']);
    expect(await open().load()).toEqual([recordOf('b', { seq: 2 })]);
    await store.append([recordOf('a', { seq: 4 })]);
    expect((await open().load()).map(({ key }) => key)).toEqual(['b', 'a']);
  });

  test('nothing may be appended or removed', async () => {
    const open = make();
    const store = open();
    await store.load();
    await store.append([]);
    await store.remove([]);
    expect(await open().load()).toEqual([]);
  });

  test('many come and go', async () => {
    const open = make();
    const store = open();
    await store.load();
    for (let round = 0; round < 30; round++) {
      const keys = [0, 1, 2].map((index) => `${round}-${index}`);
      await store.append(keys.map((key, index) => recordOf(key, { seq: round * 3 + index })));
      await store.remove(keys.slice(1));
    }
    const keys = Array.from({ length: 30 }, (__, round) => `${round}-0`);
    expect((await open().load()).map(({ key }) => key)).toEqual(keys);
  });
});
