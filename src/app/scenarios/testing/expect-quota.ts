import { expect } from 'vitest';
import type { MarketFault } from '../../../simulator/index.ts';
import { QUOTA, type FaultRun } from './fault-run.ts';

/** Retries, probes and trials counted: no minute, wherever it begins, is over the quota when requests are sent. */
export function expectTriesWithinQuota({ line }: FaultRun): void {
  const most = line.tries.mostInMinute();
  expect(most.pairs).toBeLessThanOrEqual(QUOTA.pairs);
  expect(most.profiles).toBeLessThanOrEqual(QUOTA.profiles);
}

/** The same where it counts, at the source. */
export function expectArrivalsWithinQuota({ line }: FaultRun): void {
  const most = line.source.arrivals.mostInMinute();
  expect(most.pairs).toBeLessThanOrEqual(QUOTA.pairs);
  expect(most.profiles).toBeLessThanOrEqual(QUOTA.profiles);
  expect(line.source.overQuota).toBe(0);
}

/** Whether a fault holds requests up on their way, in the pool or on the line, so that they arrive later than they were sent. */
export const holdsUp = (fault: MarketFault | null): boolean =>
  fault?.kind === 'gone' || fault?.kind === 'slow';
