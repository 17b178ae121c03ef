import type { TokenGroup, TokenStatus } from '../../../contract/index.ts';
import { CandidateColumns, KIND, type CandidateKind } from '../plan-columns.ts';

/** A candidate as one writes it down. Times are monotonic; null means never. */
export interface PlainCandidate {
  readonly mint: string;
  readonly status?: TokenStatus;
  readonly group?: TokenGroup;
  readonly refreshedMs?: number | null;
  readonly checkedMs?: number | null;
  readonly discoveredMs?: number;
  readonly refreshNotBeforeMs?: number;
  readonly checkNotBeforeMs?: number;
  readonly reading?: boolean;
  readonly promising?: boolean;
  readonly lossToConfirm?: boolean;
  /** From 1 to 4. */
  readonly refreshValue?: number;
  readonly checkValue?: number;
}

function kindOf({ status, group }: Pick<PlainCandidate, 'status' | 'group'>): CandidateKind {
  if (status === 'archived') return KIND.archived;
  if (status === 'active') return KIND.active;
  return group === 'hot' ? KIND.hot : KIND.cold;
}

/** The columns of plain candidates, a row each, in their order. */
export function columnsOf(candidates: readonly PlainCandidate[]): CandidateColumns {
  const columns = new CandidateColumns();
  for (const candidate of candidates) {
    const row = columns.add(candidate.mint, kindOf(candidate), candidate.discoveredMs ?? 0);
    columns.refreshedMs[row] = candidate.refreshedMs ?? NaN;
    columns.checkedMs[row] = candidate.checkedMs ?? NaN;
    columns.refreshNotBeforeMs[row] = candidate.refreshNotBeforeMs ?? -Infinity;
    columns.checkNotBeforeMs[row] = candidate.checkNotBeforeMs ?? -Infinity;
    columns.reading[row] = candidate.reading ? 1 : 0;
    columns.promising[row] = candidate.promising ? 1 : 0;
    columns.lossToConfirm[row] = candidate.lossToConfirm ? 1 : 0;
    columns.refreshWeight[row] = Math.sqrt(candidate.refreshValue ?? 1);
    columns.checkWeight[row] = Math.sqrt(candidate.checkValue ?? 1);
  }
  return columns;
}
