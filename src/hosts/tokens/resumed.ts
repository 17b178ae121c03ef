import { BATCH_SIZE } from '../dexscreener/index.ts';
import type { TurnRead } from './plan-turns.ts';
import { READ_GROUPS, type ReadGroup } from './read-groups.ts';
import type { TokenRegistry } from './registry.ts';

const NO_REASONS = { hot: 0, first: 0, cold: 0, archived: 0, ahead: 0 };
const CLASSES = { hot: 'hot', cold: 'cold', archive: 'archived' } as const;

/** Tokens whose read was cut off; they go before all others of their group. */
export class ResumedTokens {
  readonly #waiting = new Map<ReadGroup, Set<string>>(READ_GROUPS.map((group) => [group, new Set()]));

  add(group: ReadGroup, mints: Iterable<string>): void {
    const waiting = this.#waiting.get(group);
    for (const mint of mints) waiting?.add(mint);
  }

  /**
   * Takes out what `most` requests can read of the groups that are not closed. One that is unknown by now is dropped, and
   * one that is being read is read already; all pools of an archived one are not read.
   */
  take(
    most: number,
    closed: ReadonlySet<ReadGroup>,
    registry: Pick<TokenRegistry, 'get' | 'isReading'>,
  ): readonly TurnRead[] {
    const reads: TurnRead[] = [];
    const taken = new Set<string>();
    for (const [group, waiting] of this.#waiting) {
      if (waiting.size === 0 || closed.has(group)) continue;
      const size = group === 'activation' ? 1 : BATCH_SIZE;
      while (waiting.size > 0 && reads.length < most) {
        const mints: string[] = [];
        for (const mint of waiting) {
          if (mints.length === size) break;
          waiting.delete(mint);
          const status = registry.get(mint)?.status;
          const isRead = taken.has(mint) || registry.isReading(mint);
          if (status === undefined || isRead || (group === 'activation' && status === 'archived')) continue;
          taken.add(mint);
          mints.push(mint);
        }
        const [first] = mints;
        if (first === undefined) continue;
        if (group === 'activation') reads.push({ kind: 'full', mint: first, why: 'check' });
        else reads.push({ kind: 'batch', mints, why: { ...NO_REASONS, [CLASSES[group]]: mints.length } });
      }
    }
    return reads;
  }
}
