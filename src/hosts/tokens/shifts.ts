import { AbortedError, type Clock } from '../../kernel/index.ts';
import { READ_GROUPS, type ReadGroup } from './read-groups.ts';
import { Shift, type ShiftContext, type ShiftOptions } from './shift.ts';

/** The shifts of all groups: at most one of a group takes reads, others may still wait for theirs. */
export class Shifts {
  readonly #clock: Clock;
  readonly #onGivenUp: ShiftOptions['onGivenUp'];
  readonly #open = new Map<ReadGroup, Shift>();
  readonly #all = new Set<Shift>();
  #stopped = false;

  constructor({ clock, onGivenUp }: Pick<ShiftOptions, 'clock' | 'onGivenUp'>) {
    this.#clock = clock;
    this.#onGivenUp = onGivenUp;
  }

  /**
   * Opens a shift; the one of its group before takes no more reads.
   * @returns a shift that takes reads until it is closed; one that is void already when all of them were stopped.
   */
  open(group: ReadGroup, context: ShiftContext, lengthMs: number | null): Shift {
    const shift = new Shift({
      clock: this.#clock,
      group,
      context,
      lengthMs,
      onGivenUp: this.#onGivenUp,
      onClosed: (closed) => {
        if (this.#open.get(group) === closed) this.#open.delete(group);
      },
    });
    this.#all.add(shift);
    void shift.over.finally(() => this.#all.delete(shift));
    if (this.#stopped) shift.giveUp(new AbortedError('the shift', 'reads are stopped'));
    if (!shift.isOpen) return shift;
    const before = this.#open.get(group);
    this.#open.set(group, shift);
    before?.close();
    return shift;
  }

  /** The shift that takes the reads of a group now. */
  of(group: ReadGroup): Shift | undefined {
    return this.#open.get(group);
  }

  /** Groups of which nobody takes reads. */
  get closed(): ReadonlySet<ReadGroup> {
    return new Set(READ_GROUPS.filter((group) => !this.#open.has(group)));
  }

  /** Reads under way, of all shifts. */
  get underWay(): number {
    let underWay = 0;
    for (const shift of this.#all) underWay += shift.underWay;
    return underWay;
  }

  /** The open shift of a group takes no more reads. */
  close(group: ReadGroup): void {
    this.#open.get(group)?.close();
  }

  /** No shift is opened any more; the calls of those under way are ended, and what they bring is taken. */
  async stop(reason: unknown): Promise<void> {
    this.#stopped = true;
    const all = [...this.#all];
    for (const shift of all) shift.hurry(reason);
    await Promise.all(all.map(({ over }) => over));
  }
}
