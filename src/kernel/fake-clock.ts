import { sleepOn, type CancelTimer, type Clock } from './clock.ts';
import { inContextOfNow } from './context.ts';

// Captured at load, so that a trap on the globals can be set while virtual time runs.
const realSetImmediate = setImmediate;

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fn: () => void;
  cancelled: boolean;
}

/** Options of {@link FakeClock}. */
export interface FakeClockOptions {
  /** Wall-clock time at the start, in milliseconds since the Unix epoch. Default 2026-01-01T00:00:00Z. */
  readonly wallMs?: number;
}

/**
 * Virtual time. Nothing happens until it is advanced; timers then fire in order of their time (ties in order of
 * creation), each after the work that the one before it started has come to rest. What awaits only promises and this
 * clock therefore runs the same way each time.
 */
export class FakeClock implements Clock {
  readonly #heap: Timer[] = [];
  #monotonicMs = 0;
  #wallOffsetMs: number;
  #order = 0;

  constructor(options: FakeClockOptions = {}) {
    this.#wallOffsetMs = options.wallMs ?? Date.UTC(2026, 0, 1);
  }

  now(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  schedule(delayMs: number, fn: () => void): CancelTimer {
    const timer: Timer = {
      atMs: this.#monotonicMs + Math.max(0, delayMs),
      order: this.#order++,
      // As the machine's timers do, it runs in the context in which it was set.
      fn: inContextOfNow(fn),
      cancelled: false,
    };
    push(this.#heap, timer);
    return () => {
      timer.cancelled = true;
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this.schedule.bind(this), delayMs, signal);
  }

  /** Moves the wall clock alone, as an administrator or NTP would. The monotonic clock goes on undisturbed. */
  jumpWall(deltaMs: number): void {
    this.#wallOffsetMs += deltaMs;
  }

  /** Lets both clocks go on by `ms` while nothing fires: as when work keeps the thread busy. */
  holdUp(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** Number of timers that wait. */
  get pending(): number {
    return this.#heap.filter((timer) => !timer.cancelled).length;
  }

  /** Lets everything that awaits only promises run until nothing moves. */
  settle(): Promise<void> {
    return new Promise((resolve) => realSetImmediate(resolve));
  }

  /** Advances both clocks by `ms`, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    await this.settle();
    const isDue = ({ atMs }: Timer): boolean => atMs <= Math.max(untilMs, this.#monotonicMs);
    for (let next = this.#heap[0]; next !== undefined && isDue(next); next = this.#heap[0]) {
      pop(this.#heap);
      if (next.cancelled) continue;
      this.#monotonicMs = Math.max(this.#monotonicMs, next.atMs);
      next.fn();
      await this.settle();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, untilMs);
  }
}

const before = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex] as Timer;
    if (!before(timer, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let childIndex = 2 * index + 1;
    if (childIndex >= heap.length) break;
    const right = heap[childIndex + 1];
    if (right !== undefined && before(right, heap[childIndex] as Timer)) childIndex += 1;
    const child = heap[childIndex] as Timer;
    if (!before(child, last)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}
