import { alarmOf, type Alarm, type Clock } from '../../kernel/index.ts';

/** Something that is told when its time is over. Belongs to one list at most. */
export abstract class Due {
  dueMs = 0;
  earlier: Due | undefined;
  later: Due | undefined;
  listed = false;

  abstract onDue(): void;
}

/**
 * Many time limits on one timer: a list sorted by due time. Limits of one policy are alike, so a new one belongs at or
 * near the end, and adding and removing cost O(1) where a timer each would cost a timer each.
 */
export class Deadlines {
  readonly #clock: Clock;
  #first: Due | undefined;
  #last: Due | undefined;
  readonly #alarm: Alarm;
  /** For when the alarm is set; Infinity when it is not. */
  #alarmAtMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = alarmOf(clock, () => {
      this.#ring();
    });
  }

  /** @param nowMs what the monotonic clock reads. */
  add(due: Due, dueMs: number, nowMs: number): void {
    due.dueMs = dueMs;
    due.listed = true;
    let before = this.#last;
    while (before !== undefined && before.dueMs > dueMs) before = before.earlier;
    due.earlier = before;
    due.later = before === undefined ? this.#first : before.later;
    if (due.later === undefined) this.#last = due;
    else due.later.earlier = due;
    if (before === undefined) {
      this.#first = due;
      this.#arm(nowMs);
    } else before.later = due;
  }

  remove(due: Due): void {
    if (!due.listed) return;
    due.listed = false;
    if (due.earlier === undefined) this.#first = due.later;
    else due.earlier.later = due.later;
    if (due.later === undefined) this.#last = due.earlier;
    else due.later.earlier = due.earlier;
    due.earlier = undefined;
    due.later = undefined;
    // An early alarm for those that are left costs less than setting it anew; none may hold the process up.
    if (this.#first === undefined) {
      this.#alarm.clear();
      this.#alarmAtMs = Infinity;
    }
  }

  #arm(nowMs: number): void {
    const atMs = this.#first?.dueMs ?? Infinity;
    if (atMs >= this.#alarmAtMs) return;
    this.#alarmAtMs = atMs;
    this.#alarm.set(atMs, nowMs);
  }

  #ring(): void {
    this.#alarmAtMs = Infinity;
    // The machine's timers may fire a moment early; what is not due then waits for the next one.
    const nowMs = this.#clock.monotonic();
    for (let due = this.#first; due !== undefined && due.dueMs <= nowMs; due = this.#first) {
      this.remove(due);
      due.onDue();
    }
    this.#arm(nowMs);
  }
}
