import type { HealthStatus, JournalEntry, TokenDetail, TokenStatus } from '../../contract/index.ts';
import type { WorldToken } from './tokens.ts';

/** What a token looked like to the service at one moment. */
export type TokenSample = Pick<
  TokenDetail,
  'status' | 'score' | 'smoothedScore' | 'refreshedAt' | 'discoveredAt' | 'check'
>;

/** What was seen at one moment. */
export interface WorldSample {
  readonly health: HealthStatus;
  /** By mint. */
  readonly tokens: ReadonlyMap<string, TokenSample>;
}

/** What came out of a world: all that an expectation may be judged by. */
export interface WorldRecord {
  readonly startMs: number;
  readonly endMs: number;
  readonly tokens: readonly WorldToken[];
  /** The journal, without its samples of signals. */
  readonly entries: readonly JournalEntry[];
  /** By time since the start. */
  readonly samples: ReadonlyMap<number, WorldSample>;
  readonly counts: Readonly<Record<TokenStatus, number>>;
}

/** A span of time in which a token had one status, in ms since the start of the world. */
export interface StatusSpan {
  readonly status: TokenStatus | 'unknown';
  readonly fromMs: number;
  readonly toMs: number;
}

/** The statuses of a token from the start to the end, as the journal tells them. */
export function statusesOf({ startMs, endMs, entries }: WorldRecord, mint: string): readonly StatusSpan[] {
  const spans: StatusSpan[] = [];
  let status: StatusSpan['status'] = 'unknown';
  let fromMs = 0;
  for (const entry of entries) {
    if (entry.subject !== mint) continue;
    const next =
      entry.type === 'token.discovered'
        ? 'monitoring'
        : entry.type === 'token.moved'
          ? entry.data.to
          : undefined;
    if (next === undefined) continue;
    const atMs = entry.at - startMs;
    if (atMs > fromMs) spans.push({ status, fromMs, toMs: atMs });
    status = next;
    fromMs = atMs;
  }
  return [...spans, { status, fromMs, toMs: endMs - startMs }];
}
