import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planReads, type Plan } from './plan.ts';
import { READ_GROUPS } from './read-groups.ts';
import { columnsOf } from './testing/candidates.ts';
import { SETTINGS } from './testing/tokens.ts';

// Many runs: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 60_000;

const NOW = 10_000_000;
const batchesOf = ({ reads }: Plan): (readonly string[])[] =>
  reads.flatMap((read) => (read.kind === 'batch' ? [read.mints] : []));
const fullOf = ({ reads }: Plan): (readonly [string, string])[] =>
  reads.flatMap((read) => (read.kind === 'full' ? [[read.mint, read.why] as const] : []));

it('never over budget, none twice, nothing that may not be read', { timeout: PATIENT_MS }, () => {
  const time = fc.integer({ min: NOW - 700_000, max: NOW });
  const candidates = fc.uniqueArray(
    fc.record({
      mint: fc.string({ minLength: 1, maxLength: 4 }),
      status: fc.constantFrom('monitoring', 'active', 'archived'),
      group: fc.constantFrom('hot', 'cold'),
      refreshedMs: fc.option(time),
      checkedMs: fc.option(time),
      discoveredMs: time,
      reading: fc.boolean(),
      promising: fc.boolean(),
      lossToConfirm: fc.boolean(),
      refreshNotBeforeMs: fc.constantFrom(NOW, NOW + 1),
      checkNotBeforeMs: fc.constantFrom(NOW, NOW + 1),
      refreshValue: fc.double({ min: 1, max: 4, noNaN: true }),
    }),
    { selector: ({ mint }) => mint, maxLength: 200 },
  );
  const credits = fc.double({ min: 0, max: 40, noNaN: true });
  const budgets = fc.record({
    requests: fc.nat(12),
    requestsPerMinute: fc.nat(600),
    batchSize: fc.integer({ min: 1, max: 30 }),
    startedMs: fc.constant(0),
    closed: fc.subarray([...READ_GROUPS]).map((groups) => new Set(groups)),
    credit: fc.record({
      full: credits,
      promising: credits,
      rotation: credits,
      first: credits,
      cold: credits,
      archived: credits,
    }),
  });
  fc.assert(
    fc.property(candidates, budgets, (all, budget) => {
      const found = planReads(columnsOf(all), NOW, budget, SETTINGS);
      const known = new Map(all.map((one) => [one.mint, one]));
      const [batches, full] = [batchesOf(found), fullOf(found)];
      expect(found.reads.length).toBeLessThanOrEqual(budget.requests);
      const groupOf = ({ status, group }: { status: string; group: string }): string =>
        status === 'archived' ? 'archive' : status === 'active' ? 'hot' : group;
      const groups = new Set<string>(
        batches.flat().map((mint) => groupOf(known.get(mint) ?? { status: '', group: '' })),
      );
      if (full.length > 0) groups.add('activation');
      for (const group of budget.closed) expect(groups, 'what is closed is not read').not.toContain(group);
      // Only the last one may have places left.
      for (const [index, batch] of batches.entries()) {
        expect(batch.length).toBeLessThanOrEqual(budget.batchSize);
        if (index < batches.length - 1) expect(batch.length).toBe(budget.batchSize);
      }
      const read = [...batches.flat(), ...full.map(([mint]) => mint)];
      expect(new Set(read).size).toBe(read.length);
      for (const mint of read) expect(known.get(mint)?.reading).toBe(false);
      for (const mint of batches.flat()) expect(known.get(mint)?.refreshNotBeforeMs).toBe(NOW);
      for (const [mint] of full) {
        expect(known.get(mint)?.checkNotBeforeMs).toBe(NOW);
        expect(known.get(mint)?.status).not.toBe('archived');
      }
      for (const read of found.reads) {
        if (read.kind !== 'batch') continue;
        const { ahead, ...due } = read.why;
        expect(ahead + Object.values(due).reduce((sum, n) => sum + n)).toBe(read.mints.length);
      }
      // What is left waits only because the requests are used up, or because nobody reads it.
      const { hot, cold, archived, full: fullLoad } = found.classes;
      const waits = { hot: hot.backlog, cold: cold.backlog, archive: archived.backlog, activation: 0 };
      const left = READ_GROUPS.reduce((sum, group) => sum + (budget.closed.has(group) ? 0 : waits[group]), 0);
      if (left > 0) {
        expect(found.batchTokens).toBe(found.batchSlots);
        expect(found.reads.length).toBe(budget.requests);
      }
      expect(Math.min(found.backlog, fullLoad.backlog, left)).toBeGreaterThanOrEqual(0);
      expect(Object.values(found.credit).every((credit) => credit >= 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
