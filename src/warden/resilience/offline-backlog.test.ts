import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OfflineBacklog, type BacklogItem } from './offline-backlog.ts';
import type { Priority } from './call.ts';
import { recordOf } from './testing/offline-records.ts';
import { propertyRuns } from './testing/property-runs.ts';

const bounds = { maxRequests: 4, maxBytes: 100 };
let seq = 0;
const add = (backlog: OfflineBacklog<string>, key: string, priority: Priority = 'normal', bytes = 1) => {
  const admission = backlog.admit(priority, bytes);
  if (!admission.admitted) return null;
  backlog.enter(recordOf(key, { priority, bytes, seq: ++seq }));
  return admission.displaced.map((item) => item.record.key);
};
const takeAll = (backlog: OfflineBacklog<string>, nowMs = 0): string[] => {
  const keys: string[] = [];
  for (let item = backlog.take(nowMs); item; item = backlog.take(nowMs)) keys.push(item.record.key);
  return keys;
};

describe('order', () => {
  test('is by priority, then by age', () => {
    const backlog = new OfflineBacklog<string>({ maxRequests: 10, maxBytes: 100 });
    add(backlog, 'l1', 'low');
    add(backlog, 'n1');
    add(backlog, 'h1', 'high');
    add(backlog, 'n2');
    add(backlog, 'h2', 'high');
    expect(takeAll(backlog)).toEqual(['h1', 'h2', 'n1', 'n2', 'l1']);
    expect(backlog.nextDueMs()).toBeNull();
  });

  test('what is put back takes its old place, at once or when it is due', () => {
    const backlog = new OfflineBacklog<string>(bounds);
    for (const key of ['a', 'b', 'c']) add(backlog, key);
    const [a, b] = [backlog.take(0), backlog.take(0)] as [BacklogItem<string>, BacklogItem<string>];
    backlog.putBack(b);
    backlog.putBack(a, 10);
    expect(backlog.nextDueMs()).toBe(-Infinity);
    expect(takeAll(backlog, 9)).toEqual(['b', 'c']);
    expect(backlog.nextDueMs()).toBe(10);
    add(backlog, 'd');
    expect(takeAll(backlog, 10)).toEqual(['a', 'd']);
  });

  test('of those that become due together is the same', () => {
    const backlog = new OfflineBacklog<string>(bounds);
    add(backlog, 'l', 'low');
    add(backlog, 'n1');
    add(backlog, 'n2');
    const items = [backlog.take(0), backlog.take(0), backlog.take(0)] as BacklogItem<string>[];
    for (const [index, item] of items.entries()) backlog.putBack(item, 30 - index);
    expect(backlog.nextDueMs()).toBe(28);
    expect(takeAll(backlog, 27)).toEqual([]);
    expect(takeAll(backlog, 28)).toEqual(['l']);
    expect(takeAll(backlog, 30)).toEqual(['n1', 'n2']);
  });
});

describe('bounds', () => {
  test('count what waits, what is being sent and what is coming', () => {
    const backlog = new OfflineBacklog<string>({ maxRequests: 3, maxBytes: 100 });
    add(backlog, 'a', 'normal', 10);
    const item = backlog.take(0) as BacklogItem<string>;
    add(backlog, 'b', 'normal', 20);
    expect(backlog.admit('normal', 30).admitted).toBe(true);
    expect([backlog.requests, backlog.bytes]).toEqual([3, 60]);
    expect(backlog.admit('normal', 1).admitted).toBe(false);
    backlog.takeBack(30, []);
    backlog.finish(item);
    expect([backlog.requests, backlog.bytes, backlog.has('a'), backlog.has('b')]).toEqual([
      1,
      20,
      false,
      true,
    ]);
  });

  test('in bytes are exact', () => {
    const backlog = new OfflineBacklog<string>(bounds);
    expect(add(backlog, 'a', 'normal', 60)).toEqual([]);
    expect(add(backlog, 'b', 'normal', 41)).toBeNull();
    expect(add(backlog, 'b', 'normal', 40)).toEqual([]);
    expect(add(backlog, 'c', 'normal', 0)).toEqual([]);
  });

  test('lowered keep what is there', () => {
    const backlog = new OfflineBacklog<string>(bounds);
    add(backlog, 'a');
    add(backlog, 'b');
    backlog.setBounds({ maxRequests: 1, maxBytes: 100 });
    expect(add(backlog, 'c')).toBeNull();
    expect(backlog.requests).toBe(2);
  });

  test('do not hold for what was kept before', () => {
    const backlog = new OfflineBacklog<string>({ maxRequests: 1, maxBytes: 1 });
    for (const key of ['a', 'b']) {
      backlog.reserve(5);
      backlog.enter(recordOf(key, { bytes: 5, seq: ++seq }));
    }
    expect([backlog.requests, backlog.bytes]).toEqual([2, 10]);
    expect(takeAll(backlog)).toEqual(['a', 'b']);
  });
});

describe('when it is full', () => {
  const full = () => {
    const backlog = new OfflineBacklog<string>(bounds);
    add(backlog, 'n1', 'normal', 30);
    add(backlog, 'l1', 'low', 30);
    add(backlog, 'l2', 'low', 30);
    add(backlog, 'n2', 'normal', 10);
    return backlog;
  };

  test('the oldest of the least urgent leaves for what is more urgent', () => {
    const backlog = full();
    expect(add(backlog, 'h1', 'high')).toEqual(['l1']);
    expect(add(backlog, 'n3')).toEqual(['l2']);
    expect(add(backlog, 'h2', 'high')).toEqual(['n1']);
    expect(backlog.has('n1')).toBe(false);
    expect(takeAll(backlog)).toEqual(['h1', 'h2', 'n2', 'n3']);
  });

  test('nobody leaves for what is as urgent or less', () => {
    const backlog = full();
    expect(add(backlog, 'l3', 'low')).toBeNull();
    add(backlog, 'h1', 'high');
    add(backlog, 'h2', 'high');
    expect(add(backlog, 'n3')).toBeNull();
    expect(takeAll(backlog)).toEqual(['h1', 'h2', 'n1', 'n2']);
  });

  test('as many leave as are needed, and none when that is not enough', () => {
    const backlog = full();
    expect(add(backlog, 'huge', 'normal', 61)).toBeNull();
    expect(backlog.requests).toBe(4);
    expect(add(backlog, 'big', 'normal', 60)).toEqual(['l1', 'l2']);
    expect([backlog.requests, backlog.bytes]).toEqual([3, 100]);
  });

  test('what is being sent stays; what waits for its time may leave', () => {
    const backlog = new OfflineBacklog<string>({ maxRequests: 2, maxBytes: 100 });
    add(backlog, 'l1', 'low');
    add(backlog, 'l2', 'low');
    backlog.take(0);
    backlog.putBack(backlog.take(0) as BacklogItem<string>, 99);
    expect(add(backlog, 'n1')).toEqual(['l2']);
    expect(backlog.nextDueMs()).toBe(-Infinity);
    expect(add(backlog, 'h1', 'high')).toEqual(['n1']);
    expect(add(backlog, 'h2', 'high')).toBeNull();
  });

  test('who left comes back to its place when the other does not come', () => {
    const backlog = new OfflineBacklog<string>({ maxRequests: 2, maxBytes: 100 });
    add(backlog, 'l1', 'low', 7);
    add(backlog, 'l2', 'low', 8);
    const later = backlog.take(0) as BacklogItem<string>;
    later.attempts = 3;
    backlog.putBack(later, 50);
    const admission = backlog.admit('high', 9);
    if (!admission.admitted) throw new Error('not admitted');
    expect([backlog.requests, backlog.bytes, backlog.has('l1')]).toEqual([2, 17, false]);
    backlog.takeBack(9, admission.displaced);
    expect([backlog.requests, backlog.bytes, backlog.has('l1')]).toEqual([2, 15, true]);
    expect(takeAll(backlog, 49)).toEqual(['l2']);
    expect(backlog.take(50)).toMatchObject({ record: { key: 'l1' }, attempts: 3 });
  });
});

const PRIORITIES: Priority[] = ['high', 'normal', 'low'];
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ add: fc.constantFrom(...PRIORITIES), bytes: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ take: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ back: fc.nat(2), in: fc.option(fc.nat(20), { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ finish: fc.nat(2) }) },
);

test(
  'is a naive list that is sorted each time',
  () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const backlog = new OfflineBacklog<string>(bounds);
        interface Naive {
          readonly key: string;
          readonly rank: number;
          readonly seq: number;
          readonly bytes: number;
          dueMs: number;
        }
        let waiting: Naive[] = [];
        const sending: { naive: Naive; item: BacklogItem<string> }[] = [];
        let nowMs = 0;
        let count = 0;
        const used = (): Naive[] => [...waiting, ...sending.map(({ naive }) => naive)];
        const bytesOf = (list: Naive[]): number => list.reduce((sum, { bytes }) => sum + bytes, 0);
        const fits = (list: Naive[]): boolean => list.length <= 4 && bytesOf(list) <= 100;

        for (const each of steps) {
          if ('add' in each) {
            const rank = PRIORITIES.indexOf(each.add);
            const naive = { key: `${++count}`, rank, seq: count, bytes: each.bytes, dueMs: -Infinity };
            const leaving = waiting.filter((other) => other.rank > rank);
            leaving.sort((a, b) => b.rank - a.rank || a.seq - b.seq);
            let displaced: Naive[] | null = null;
            for (let most = 0; most <= leaving.length && displaced === null; most++) {
              const out = leaving.slice(0, most);
              if (fits([...used().filter((other) => !out.includes(other)), naive])) displaced = out;
            }
            const admission = backlog.admit(each.add, each.bytes);
            expect(admission.admitted ? admission.displaced.map((item) => item.record.key) : null).toEqual(
              displaced?.map(({ key }) => key) ?? null,
            );
            if (displaced === null) continue;
            waiting = [...waiting.filter((other) => !displaced.includes(other)), naive];
            backlog.enter(recordOf(naive.key, { priority: each.add, bytes: each.bytes, seq: count }));
          } else if ('take' in each) {
            nowMs += each.take;
            const due = waiting.filter(({ dueMs }) => dueMs <= nowMs);
            const [naive] = due.sort((a, b) => a.rank - b.rank || a.seq - b.seq);
            const item = backlog.take(nowMs);
            expect(item?.record.key).toBe(naive?.key);
            if (!naive || !item) continue;
            waiting = waiting.filter((other) => other !== naive);
            sending.push({ naive, item });
          } else if ('back' in each) {
            const [back] = sending.splice(each.back, 1);
            if (!back) continue;
            back.naive.dueMs = each.in === undefined ? -Infinity : nowMs + each.in;
            waiting.push(back.naive);
            backlog.putBack(back.item, back.naive.dueMs);
          } else {
            const [done] = sending.splice(each.finish, 1);
            if (done) backlog.finish(done.item);
          }
          expect([backlog.requests, backlog.bytes]).toEqual([used().length, bytesOf(used())]);
          expect(used().every(({ key }) => backlog.has(key))).toBe(true);
          const next = Math.min(...waiting.map(({ dueMs }) => (dueMs <= nowMs ? -Infinity : dueMs)));
          const dueMs = backlog.nextDueMs();
          expect(dueMs === null ? Infinity : dueMs <= nowMs ? -Infinity : dueMs).toBe(next);
        }
      }),
      { numRuns: propertyRuns(300) },
    ),
  600_000,
);
