const FREE = -1;

/**
 * Leave for a bounded number of trial calls at once. A lease that is not given back in time is void: its place goes to
 * somebody else, and its holder can no longer speak.
 */
export class Leases {
  #places: number;
  readonly #holders: number[] = [];
  readonly #untilMs: number[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  /** Takes a lease for `holder` (>= 0) until `untilMs`, if one is free or over. */
  take(holder: number, nowMs: number, untilMs: number): boolean {
    let held = 0;
    let free = this.#holders.length;
    for (let place = this.#holders.length - 1; place >= 0; place--) {
      if (this.#isHeld(place, nowMs)) held += 1;
      else free = place;
    }
    if (held >= this.#places) return false;
    this.#holders[free] = holder;
    this.#untilMs[free] = untilMs;
    return true;
  }

  /** Makes room; nothing when `holder` has no lease. */
  giveBack(holder: number): void {
    const place = this.#holders.indexOf(holder);
    if (place !== -1) this.#holders[place] = FREE;
  }

  has(holder: number, nowMs: number): boolean {
    const place = this.#holders.indexOf(holder);
    return place !== -1 && this.#isHeld(place, nowMs);
  }

  held(nowMs: number): number {
    return this.#holders.filter((_, place) => this.#isHeld(place, nowMs)).length;
  }

  /** Whoever has a lease keeps it, also when there are more of them than places now. */
  resize(places: number): void {
    this.#places = places;
  }

  #isHeld(place: number, nowMs: number): boolean {
    return this.#holders[place] !== FREE && nowMs < (this.#untilMs[place] as number);
  }
}
