import type { Priority } from './call.ts';
import { StartLog } from './rate-limit-log.ts';
import { rateLimitSettings, type RateLimitSettings, type RateLimitTuning } from './rate-limit-options.ts';
import { readRateLimitSnapshot, type RateLimitSnapshot, type Restored } from './rate-limit-snapshot.ts';

/** What a 429 leaves of the rate. */
const BACKOFF = 0.5;
/** How long ago a call is taken to have started when nobody says. */
const ASSUMED_CALL_MS = 1_000;
/** So that 0.8 * 35, a hair below 28 in binary, is 28. */
const ROUNDING = 1e-9;

/**
 * A rate limit without timers: a sliding log of starts, so that no window of `windowMs`, wherever it begins, ever holds
 * more than `limit` of them. A window holds its beginning and not its end. Unlike a counter that is reset each window it
 * lets through no double burst at the border, unlike a token bucket no burst on top of the rate.
 *
 * After a 429 the rate is halved and grows back by steps (AIMD, as in Chiu and Jain 1989, "Analysis of the Increase and
 * Decrease Algorithms for Congestion Avoidance in Computer Networks"). All times are monotonic ms and never go back.
 * Memory is fixed by the limit; a start costs O(1) and allocates nothing.
 */
export class RateLimitCore {
  #settings: RateLimitSettings;
  readonly #log: StartLog;
  /** Calls on their way: wherever they arrive until they end, no window may hold too many. */
  #sent = 0;
  /** Calls a window, in fractions; never above the limit. */
  #rate: number;
  /** What may start in a window now, and of that in calls of low priority. Whole numbers. */
  #allowed = 0;
  #allowedLow = 0;
  /** When the rate grows next; Infinity at full rate. */
  #nextStepMs = Infinity;
  #blockedUntilMs = -Infinity;
  #lastIncidentMs = -Infinity;
  #incidents = 0;
  #throttledCalls = 0;

  /** @throws RangeError that names the option, its value and what is allowed. */
  constructor(tuning: RateLimitTuning = {}) {
    this.#settings = rateLimitSettings(tuning);
    this.#log = new StartLog(this.#settings.limit);
    this.#rate = this.#settings.limit;
    this.#setRate(this.#rate);
  }

  /** Calls that may start in any window when nothing holds them back. */
  get limit(): number {
    return this.#settings.limit;
  }

  get windowMs(): number {
    return this.#settings.windowMs;
  }

  get settings(): RateLimitSettings {
    return this.#settings;
  }

  /** How often the other side has asked for less: 429s that belong together are one incident. */
  get incidents(): number {
    return this.#incidents;
  }

  /** All 429s. */
  get throttledCalls(): number {
    return this.#throttledCalls;
  }

  /** When the last incident was; -Infinity before the first. */
  get lastIncidentMs(): number {
    return this.#lastIncidentMs;
  }

  /** Starts a call now, if one may start; otherwise nothing changes. */
  tryTake(nowMs: number, priority: Priority): boolean {
    if (nowMs < this.#blockedUntilMs) return false;
    if (nowMs >= this.#nextStepMs) this.#recover(nowMs);
    if (this.used(nowMs) >= (priority === 'low' ? this.#allowedLow : this.#allowed)) return false;
    this.#log.push(nowMs);
    return true;
  }

  /**
   * When a call can start, at the earliest: now or later. With `ahead` calls that go before it, or others on their way,
   * it is a time before which it certainly cannot, as things stand; without, it is exact. The rate is reckoned to grow
   * back undisturbed.
   */
  nextStartMs(nowMs: number, priority: Priority, ahead = 0): number {
    this.#recover(nowMs);
    const fromMs = Math.max(nowMs, this.#blockedUntilMs);
    let earliestMs = this.#startAtRate(nowMs, fromMs, priority, ahead, this.#allowed);
    let rate = this.#rate;
    for (let stepMs = this.#nextStepMs; stepMs < earliestMs; stepMs = this.#stepAfter(stepMs, rate)) {
      rate = this.#grown(rate);
      const startMs = this.#startAtRate(nowMs, fromMs, priority, ahead, wholeRate(rate));
      earliestMs = Math.min(earliestMs, Math.max(stepMs, startMs));
    }
    return earliestMs;
  }

  /** Calls that started in the window that ends now, or are on their way. */
  used(nowMs: number): number {
    return this.#log.count(nowMs, this.#settings.windowMs) + this.#sent;
  }

  /** Calls that may start at once. */
  available(nowMs: number, priority: Priority = 'normal'): number {
    return nowMs < this.#blockedUntilMs ? 0 : Math.max(0, this.rate(nowMs, priority) - this.used(nowMs));
  }

  /** Calls of a priority that may start in a window now: the limit, or less for a while after a 429. */
  rate(nowMs: number, priority: Priority = 'normal'): number {
    this.#recover(nowMs);
    return priority === 'low' ? this.#allowedLow : this.#allowed;
  }

  /** Milliseconds until the other side may be called again; 0 when it has not asked to be left alone. */
  blockedForMs(nowMs: number): number {
    return Math.max(0, this.#blockedUntilMs - nowMs);
  }

  /** When the calls began to hold each other up: the start of the one that used up the rate; null while some may start. */
  spentSinceMs(nowMs: number, priority: Priority): number | null {
    const over = this.used(nowMs) - this.rate(nowMs, priority);
    return over < 0 ? null : this.#newest(over, nowMs);
  }

  /**
   * The other side asked for less. Halves the rate, down to the floor, and lets nothing start for `retryAfterMs`. Calls
   * that were under way when it was halved tell of the same trouble: they do not halve it again, but are heeded. Says
   * whether the rate was halved.
   * @param startedMs when the call started that was answered so. Default: a second ago, and before the pause if there is one.
   */
  throttled(nowMs: number, retryAfterMs = 0, startedMs = this.#assumedStartMs(nowMs)): boolean {
    this.#recover(nowMs);
    this.#throttledCalls += 1;
    if (Number.isFinite(retryAfterMs) && retryAfterMs > 0) {
      this.#blockedUntilMs = Math.max(this.#blockedUntilMs, nowMs + retryAfterMs);
    }
    const isNew = startedMs > this.#lastIncidentMs;
    if (isNew) {
      this.#incidents += 1;
      this.#lastIncidentMs = nowMs;
      this.#setRate(Math.max(this.#settings.floorShare * this.limit, this.#rate * BACKOFF));
    }
    this.#nextStepMs = this.#stepAfter(Math.max(nowMs, this.#blockedUntilMs), this.#rate);
    return isNew;
  }

  /**
   * Gives back a call that was taken at exactly `takenMs` and surely never left. Says whether there was one: what has
   * left the window is not given back.
   */
  giveBack(takenMs: number): boolean {
    return this.#log.remove(takenMs);
  }

  /**
   * A call that was taken at exactly `takenMs` is on its way, until {@link ended}: it arrives on the other side at some
   * moment between, so it is counted all the while and for a window after, and no window of arrivals holds more than the
   * limit however long requests take.
   */
  sent(takenMs: number): void {
    this.#log.remove(takenMs);
    this.#sent += 1;
  }

  /** A call that was {@link sent} has ended. */
  ended(nowMs: number): void {
    this.#sent -= 1;
    this.#log.ensureCapacity(this.#log.count(nowMs, this.windowMs) + 1);
    this.#log.push(nowMs);
  }

  /**
   * A call that was taken at `takenMs` starts only now, because it had to wait for something else: from now on it counts
   * as started now, without which a window could hold more real starts than the limit. False when it may not start
   * any more (its place is long over and there is none, or the other side asked to be left alone); its place is then
   * given back.
   */
  startLater(takenMs: number, nowMs: number, priority: Priority): boolean {
    this.#log.count(nowMs, this.windowMs);
    if (!this.#log.remove(takenMs)) return this.tryTake(nowMs, priority);
    if (nowMs < this.#blockedUntilMs || this.used(nowMs) >= this.limit) return false;
    this.#log.push(nowMs);
    return true;
  }

  /**
   * Changes settings and keeps the log. A smaller limit holds at once; what a 429 took off the rate stays off in
   * proportion. A longer window looks back over at least the last `limit` starts (of the largest limit so far).
   * @throws RangeError as the constructor, and then nothing has changed.
   */
  configure(tuning: RateLimitTuning, nowMs: number): void {
    const settings = rateLimitSettings(tuning, this.#settings);
    this.#recover(nowMs);
    const share = this.#rate / this.limit;
    this.#settings = settings;
    this.#log.ensureCapacity(settings.limit);
    this.#log.lookBack(nowMs, settings.windowMs);
    this.#setRate(Math.max(settings.floorShare * settings.limit, share * settings.limit));
    if (this.#rate === settings.limit) this.#nextStepMs = Infinity;
  }

  /**
   * What another process needs to go on where this one stops: without it a restart would begin with a full quota.
   * @param wallMs wall-clock milliseconds since the epoch.
   */
  snapshot(nowMs: number, wallMs: number): RateLimitSnapshot {
    this.#recover(nowMs);
    const used = this.used(nowMs);
    return {
      version: 1,
      takenAt: wallMs,
      startedMsAgo: Array.from({ length: used }, (_, index) => nowMs - this.#newest(used - 1 - index, nowMs)),
      rateShare: this.#rate / this.limit,
      growsInMs: Number.isFinite(this.#nextStepMs) ? this.#nextStepMs - nowMs : null,
      blockedForMs: this.blockedForMs(nowMs),
    };
  }

  /**
   * Goes on from a {@link snapshot}, with what has passed since then on the wall clock (one that was set back counts as no
   * time). Only before the first call; a bad snapshot is refused with the reason, and changes nothing.
   */
  restore(snapshot: unknown, nowMs: number, wallMs: number): Restored {
    if (!this.#log.isEmpty || this.#sent > 0) return { ok: false, reason: 'calls have already started' };
    const read = readRateLimitSnapshot(snapshot);
    if (!read.ok) return read;
    const { takenAt, startedMsAgo, rateShare, growsInMs, blockedForMs } = read.snapshot;
    const takenAtMs = nowMs - Math.max(0, wallMs - takenAt);
    this.#log.ensureCapacity(startedMsAgo.length);
    for (const agoMs of startedMsAgo) this.#log.push(takenAtMs - agoMs);
    this.#setRate(Math.max(this.#settings.floorShare * this.limit, rateShare * this.limit));
    if (blockedForMs > 0) this.#blockedUntilMs = takenAtMs + blockedForMs;
    if (this.#rate < this.limit) {
      this.#nextStepMs = takenAtMs + (growsInMs ?? this.#settings.recoverEveryMs);
    }
    return { ok: true };
  }

  /** Nothing of ours starts during a pause. */
  #assumedStartMs(nowMs: number): number {
    return nowMs < this.#blockedUntilMs ? this.#lastIncidentMs : nowMs - ASSUMED_CALL_MS;
  }

  #setRate(rate: number): void {
    this.#rate = Math.min(rate, this.limit);
    this.#allowed = wholeRate(this.#rate);
    this.#allowedLow = this.#lowPart(this.#allowed);
  }

  #lowPart(allowed: number): number {
    return Math.max(1, Math.floor(allowed * this.#settings.lowPriorityShare + ROUNDING));
  }

  #grown(rate: number): number {
    return Math.min(this.limit, rate + this.#settings.recoverShare * this.limit);
  }

  #stepAfter(stepMs: number, rate: number): number {
    return rate < this.limit ? stepMs + this.#settings.recoverEveryMs : Infinity;
  }

  #recover(nowMs: number): void {
    while (nowMs >= this.#nextStepMs) {
      this.#setRate(this.#grown(this.#rate));
      this.#nextStepMs = this.#stepAfter(this.#nextStepMs, this.#rate);
    }
  }

  /**
   * When a call can start if the rate stayed as it is. The log and the starts of those ahead make one ascending row; a
   * call starts when the one that lies `allowed` places before it leaves the window.
   */
  #startAtRate(nowMs: number, fromMs: number, priority: Priority, ahead: number, allowed: number): number {
    const used = this.used(nowMs);
    const frees = used + ahead - (priority === 'low' ? this.#lowPart(allowed) : allowed);
    return frees < 0
      ? fromMs
      : Math.max(fromMs, this.#rowAt(nowMs, frees, used, fromMs, allowed) + this.windowMs);
  }

  /** The start at `index` of that row: behind the log each is a window later than the one `allowed` places before it. */
  #rowAt(nowMs: number, index: number, used: number, fromMs: number, allowed: number): number {
    if (index < used) return this.#newest(used - 1 - index, nowMs);
    const windows = Math.floor((index - used) / allowed);
    const leaves = index - (windows + 1) * allowed;
    const firstMs =
      leaves < 0 ? fromMs : Math.max(fromMs, this.#newest(used - 1 - leaves, nowMs) + this.windowMs);
    return firstMs + windows * this.windowMs;
  }

  /** As {@link StartLog.newest}, where what is on its way counts as started now, before which it does not end. */
  #newest(back: number, nowMs: number): number {
    return back < this.#sent ? nowMs : this.#log.newest(back - this.#sent);
  }
}

/** The calls that a rate allows: whole ones, and at least one. */
const wholeRate = (rate: number): number => Math.max(1, Math.floor(rate + ROUNDING));
