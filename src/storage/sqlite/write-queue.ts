import type { TokenChange } from '../../hosts/tokens/index.ts';

/** Changes that wait for a database that takes nothing, commit by commit. */
export class WriteQueue {
  readonly #most: number;
  readonly #commits: (readonly TokenChange[])[] = [];
  #waiting = 0;
  #lost = 0;

  /** @param most changes that wait at the most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Changes that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Changes that waited and could not be written. */
  get lost(): number {
    return this.#lost;
  }

  /** From here on nobody should make more of them: the rest is for those that are on their way. */
  get isHalfFull(): boolean {
    return this.#waiting * 2 >= this.#most;
  }

  /** False when there is no room; then nothing is taken. */
  add(changes: readonly TokenChange[]): boolean {
    if (this.#waiting + changes.length > this.#most) return false;
    this.#commits.push(changes);
    this.#waiting += changes.length;
    return true;
  }

  /** Hands over what waits, the oldest first, until `write` says that it cannot go on, or `most` commits are through. */
  drain(write: (changes: readonly TokenChange[]) => 'written' | 'refused' | 'wait', most: number): void {
    for (let done = 0; done < most; done++) {
      const [first] = this.#commits;
      if (first === undefined) return;
      const outcome = write(first);
      if (outcome === 'wait') return;
      this.#commits.shift();
      this.#waiting -= first.length;
      if (outcome === 'refused') this.#lost += first.length;
    }
  }
}
