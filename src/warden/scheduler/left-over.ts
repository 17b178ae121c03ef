import type { LedgerContent, RunRecord } from './ledger.ts';

/** What a job begins with. */
export interface Left {
  /** Items in flight when the job ran last. */
  readonly items: readonly string[];
  readonly last: RunRecord | null;
  /** Whether the end of its process cut it off. */
  readonly cutOff: boolean;
}

/** What an earlier process, or a job that was removed, left for a job of the same name. It is given out once. */
export class LeftOver {
  readonly #byJob = new Map<string, Left>();

  /** @returns the records of runs that the end of their process cut off at `endedAt` or before. */
  take({ unfinished, items, latest }: LedgerContent, endedAt: number): readonly RunRecord[] {
    const records = unfinished.map((run) => ({
      ...run,
      endedAt,
      durationMs: Math.max(0, endedAt - run.startedAt),
      outcome: 'interrupted' as const,
      abandoned: false,
      cause: 'its process ended',
    }));
    const cutOff = new Map(records.map((record) => [record.job, record]));
    for (const job of new Set([...items.keys(), ...latest.keys(), ...cutOff.keys()])) {
      const last = cutOff.get(job) ?? latest.get(job) ?? null;
      this.#byJob.set(job, { items: items.get(job) ?? [], last, cutOff: cutOff.has(job) });
    }
    return records;
  }

  leave(job: string, left: Left): void {
    this.#byJob.set(job, left);
  }

  claim(job: string): Left {
    const left = this.#byJob.get(job) ?? { items: [], last: null, cutOff: false };
    this.#byJob.delete(job);
    return left;
  }
}
