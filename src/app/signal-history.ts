import { RingBuffer } from '../kernel/index.ts';
import type { JournalEntry, Series } from '../contract/index.ts';
import { sampleName } from '../warden/detection/index.ts';
import type { TurnRecord } from '../warden/index.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** The last hour of every signal, one value a minute: the worst of it. For sparklines. */
export class SignalHistory {
  readonly #series = new Map<string, RingBuffer<[number, number]>>();

  /** Takes over what was recorded before a restart. */
  restore(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (entry.type !== 'samples') continue;
      for (const [signal, value] of Object.entries(entry.data.samples)) this.#put(signal, value, entry.at);
    }
  }

  add({ at, samples }: Pick<TurnRecord, 'at' | 'samples'>): void {
    for (const sample of samples) this.#put(sampleName(sample), sample.value, at);
  }

  /** Points of one signal, oldest first. */
  of(signal: string): Series {
    return [...(this.#series.get(signal) ?? [])];
  }

  #put(signal: string, value: number | null, at: number): void {
    if (value === null) return;
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    let series = this.#series.get(signal);
    if (!series) this.#series.set(signal, (series = new RingBuffer(MINUTES)));
    const last = series.at(-1);
    if (last && last[0] >= minute) last[1] = Math.max(last[1], value);
    else series.push([minute, value]);
  }
}
