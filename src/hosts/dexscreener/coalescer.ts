import { abortable, type CancelTimer, type Clock } from '../../kernel/index.ts';

/** Options of {@link createCoalescer}. */
export interface CoalescerOptions<Value> {
  readonly clock: Clock;
  /** How long a key may wait for others to fill the batch, in ms. */
  readonly waitMs: number;
  /** A batch of this many goes out at once. */
  readonly batchSize: number;
  readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
}

/** Joins many small reads into few full ones. A key that is being read already is not read again: its reader is joined. */
export interface Coalescer<Value> {
  /** Keys that the answer does not hold are absent. @throws what the batch of any of the keys threw. */
  load(keys: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Value>>;
}

export function createCoalescer<Value>({
  clock,
  waitMs,
  batchSize,
  load,
}: CoalescerOptions<Value>): Coalescer<Value> {
  const underWay = new Map<string, Promise<Value | undefined>>();
  const waiting: {
    readonly key: string;
    readonly settle: (batch: Promise<ReadonlyMap<string, Value>>) => void;
  }[] = [];
  let cancelTimer: CancelTimer | undefined;

  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const batch = waiting.splice(0, batchSize);
    if (batch.length === 0) return;
    const loading = load(batch.map(({ key }) => key));
    for (const { settle } of batch) settle(loading);
    if (waiting.length > 0) arm();
  };
  const arm = (): void => {
    if (waiting.length >= batchSize) flush();
    else cancelTimer ??= clock.schedule(waitMs, flush);
  };

  const enqueue = (key: string): Promise<Value | undefined> => {
    const reading = new Promise<Value | undefined>((resolve, reject) => {
      waiting.push({
        key,
        settle: (batch) =>
          void batch.then((values) => {
            resolve(values.get(key));
          }, reject),
      });
    }).finally(() => underWay.delete(key));
    underWay.set(key, reading);
    // Whoever asked may have gone; the others still get the answer.
    reading.catch(() => undefined);
    return reading;
  };

  return {
    async load(keys, signal) {
      const found = new Map<string, Value>();
      const readings = [...new Set(keys)].map(async (key) => {
        const value = await (underWay.get(key) ?? enqueue(key));
        if (value !== undefined) found.set(key, value);
      });
      if (waiting.length > 0) arm();
      await abortable(Promise.all(readings), signal, 'a batch read');
      return found;
    },
  };
}
