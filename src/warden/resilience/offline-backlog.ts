import type { Priority } from './call.ts';
import type { OfflineRecord } from './offline-store.ts';

/** Bounds of a backlog. */
export interface BacklogBounds {
  readonly maxRequests: number;
  readonly maxBytes: number;
}

/** A request that waits or is being sent. */
export interface BacklogItem<P> {
  readonly record: OfflineRecord<P>;
  /** Sends that failed and count. */
  attempts: number;
  /** Not to be sent before, in monotonic ms. */
  dueMs: number;
}

/** What became of a request for room. `displaced`: they had to leave for it, and are no longer in the backlog. */
export type Admission<P> =
  { readonly admitted: true; readonly displaced: readonly BacklogItem<P>[] } | { readonly admitted: false };

const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };
const rankOf = (item: BacklogItem<unknown>): number => RANKS[item.record.priority];

/**
 * What waits to be sent: by priority, and in each in the order of `seq`. Bounded in number and bytes, those included that
 * are being sent and those for which room is reserved. It knows no clock and no store.
 */
export class OfflineBacklog<P> {
  readonly #byKey = new Map<string, BacklogItem<P>>();
  /** By priority, each in order of `seq`. */
  readonly #ready: BacklogItem<P>[][] = [[], [], []];
  /** In order of `dueMs`. */
  readonly #later: BacklogItem<P>[] = [];
  #bounds: BacklogBounds;
  #requests = 0;
  #bytes = 0;

  constructor(bounds: BacklogBounds) {
    this.#bounds = bounds;
  }

  /** Requests, with those for which room is reserved. */
  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#bytes;
  }

  setBounds(bounds: BacklogBounds): void {
    this.#bounds = bounds;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /**
   * Reserves room for one. When there is none, the oldest of the lowest priority leave, as many as are needed, if they
   * are less urgent than this one; one that is as urgent, or is being sent, never does.
   */
  admit(priority: Priority, bytes: number): Admission<P> {
    const { maxRequests, maxBytes } = this.#bounds;
    const displaced: BacklogItem<P>[] = [];
    let requests = this.#requests + 1;
    let total = this.#bytes + bytes;
    const candidates = requests > maxRequests || total > maxBytes ? this.#lessUrgent(RANKS[priority]) : [];
    for (const item of candidates) {
      if (requests <= maxRequests && total <= maxBytes) break;
      displaced.push(item);
      requests -= 1;
      total -= item.record.bytes;
    }
    if (requests > maxRequests || total > maxBytes) return { admitted: false };
    for (const item of displaced) this.#takeOut(item);
    this.#requests += 1;
    this.#bytes += bytes;
    return { admitted: true, displaced };
  }

  /** Gives back the room of one that does not come, and their places to those that left for it. */
  takeBack(bytes: number, displaced: readonly BacklogItem<P>[]): void {
    this.#requests -= 1;
    this.#bytes -= bytes;
    for (const item of displaced) {
      this.#requests += 1;
      this.#bytes += item.record.bytes;
      this.enter(item.record, item.attempts, item.dueMs);
    }
  }

  /** Takes room without asking, for what was kept before. */
  reserve(bytes: number): void {
    this.#requests += 1;
    this.#bytes += bytes;
  }

  /** Puts in one for which there is room. */
  enter(record: OfflineRecord<P>, attempts = 0, dueMs = -Infinity): void {
    const item = { record, attempts, dueMs };
    this.#byKey.set(record.key, item);
    if (dueMs === -Infinity) insert(this.#ready[rankOf(item)] as BacklogItem<P>[], item, bySeq);
    else insert(this.#later, item, byDue);
  }

  /** The most urgent that is due, which from then on is being sent; undefined when none is. */
  take(nowMs: number): BacklogItem<P> | undefined {
    for (let next = this.#later[0]; next !== undefined && next.dueMs <= nowMs; next = this.#later[0]) {
      this.#later.shift();
      insert(this.#ready[rankOf(next)] as BacklogItem<P>[], next, bySeq);
    }
    for (const ready of this.#ready) {
      const item = ready.shift();
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /** Puts back one that was being sent. */
  putBack(item: BacklogItem<P>, dueMs = -Infinity): void {
    item.dueMs = dueMs;
    if (dueMs === -Infinity) insert(this.#ready[rankOf(item)] as BacklogItem<P>[], item, bySeq);
    else insert(this.#later, item, byDue);
  }

  /** Lets go of one that was being sent. */
  finish(item: BacklogItem<P>): void {
    this.#byKey.delete(item.record.key);
    this.#requests -= 1;
    this.#bytes -= item.record.bytes;
  }

  /** When the next one is due: -Infinity for at once, null when nothing waits. */
  nextDueMs(): number | null {
    if (this.#ready.some((ready) => ready.length > 0)) return -Infinity;
    return this.#later[0]?.dueMs ?? null;
  }

  /** Those that wait and are less urgent, the first to leave first. */
  #lessUrgent(rank: number): BacklogItem<P>[] {
    const waiting = [
      ...this.#ready.slice(rank + 1).flat(),
      ...this.#later.filter((item) => rankOf(item) > rank),
    ];
    return waiting.sort((a, b) => rankOf(b) - rankOf(a) || bySeq(a, b));
  }

  #takeOut(item: BacklogItem<P>): void {
    for (const list of [this.#ready[rankOf(item)] as BacklogItem<P>[], this.#later]) {
      const index = list.indexOf(item);
      if (index !== -1) list.splice(index, 1);
    }
    this.finish(item);
  }
}

type Order = (a: BacklogItem<unknown>, b: BacklogItem<unknown>) => number;
const bySeq: Order = (a, b) => a.record.seq - b.record.seq;
const byDue: Order = (a, b) => a.dueMs - b.dueMs || bySeq(a, b);

/** Into a sorted list. Most come last. */
function insert<P>(list: BacklogItem<P>[], item: BacklogItem<P>, order: Order): void {
  let low = 0;
  let high = list.length;
  const last = list[high - 1];
  if (last === undefined || order(last, item) < 0) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(list[middle] as BacklogItem<P>, item) < 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, item);
}
