// Over 350 lines because the played calls, their work and what must hold after each step share all they know.
import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import { AbortedError, FakeClock, TimeoutError, createRandom } from '../../../kernel/index.ts';
import { Attempt } from '../attempt.ts';
import { RefusedError, type CallContext, type Refusal } from '../call.ts';
import type { Classification } from '../classify.ts';
import { createDependency, type Dependency } from '../dependency.ts';
import { ComposedModel, type ModelAttempt } from './composed-model.ts';
import type { Act, Outcome, Setup, Step } from './composed-steps.ts';
import { Broken, persistent, throttled, transient } from './dependency.ts';

type End = { readonly value: unknown } | { readonly error: unknown } | { readonly refusal: Refusal };

/** A call, as its caller sees it. */
interface PlayedCall {
  readonly id: number;
  readonly endsMs: number;
  readonly controller: AbortController;
  readonly outer: Attempt | undefined;
  readonly attempts: ModelAttempt[];
  readonly ends: End[];
  aborted: boolean;
  /** What the last attempt answered or threw by itself. */
  gave: unknown;
  /** How long the other side asked to be left alone at the last attempt, and whether the work had surely not been done. */
  retryAfterMs: number;
  neverSent: boolean;
}

const UNCLASSIFIED = new Error('unclassified');
const meanings: Partial<Record<Outcome, Classification>> = {
  transient: transient.classification,
  persistent: persistent.classification,
  neverSent: { ...transient.classification, neverSent: true },
  cancelled: { ...persistent.classification, kind: 'cancelled', countsForBreaker: false },
};
/** Longer than anything waits, is open, held back or counted. */
const EVER_MS = 100_000;

/** Plays steps on a dependency, and holds what it does against the model after each of them. */
export class ComposedPlay {
  readonly clock = new FakeClock();
  readonly model: ComposedModel;
  readonly #setup: Setup;
  readonly #dependency: Dependency<'reads' | 'lists'>;
  readonly #calls: PlayedCall[] = [];
  readonly #releases: (() => void)[] = [];
  #refusals = 0;
  /** Timers of the played world itself. */
  #timers = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.model = new ComposedModel(setup);
    const quota = {
      ...setup.quota,
      windowMs: this.model.windowMs,
      floorShare: 1,
      lowPriorityShare: 1,
    };
    this.#dependency = createDependency<'reads' | 'lists'>({
      name: 'Market',
      clock: this.clock,
      random: createRandom(1),
      timeout: setup.timeoutMs ?? false,
      deadlineMs: setup.deadlineMs ?? undefined,
      retry: setup.maxRetries !== null && {
        maxRetries: setup.maxRetries,
        backoff: { jitter: 'none', firstMs: setup.firstMs },
      },
      retryBudget: setup.budget ?? false,
      breaker: setup.breaker !== null && {
        trip: { consecutiveFailures: setup.breaker.failures },
        openMs: setup.breaker.openMs,
        trials: 2,
        successesToClose: setup.breaker.closeAfter,
        ramp: false,
      },
      quotas: { reads: quota, lists: quota },
      bulkhead: setup.bulkhead ?? false,
      classify: (error) => {
        if (error === UNCLASSIFIED) throw new Error('no meaning');
        return error instanceof Broken ? error.classification : persistent.classification;
      },
    });
    this.#dependency.on('refused', () => (this.#refusals += 1));
    this.#dependency.on('state_change', ({ from, to }) => {
      this.#check(() => {
        this.model.changed(from, to, this.clock.monotonic());
      });
    });
  }

  async step(step: Step): Promise<void> {
    const { clock, model } = this;
    const nowMs = clock.monotonic();
    switch (step.does) {
      case 'call':
        this.#call(step);
        break;
      case 'advance':
        await clock.advance(step.ms);
        break;
      case 'abort': {
        const open = this.#calls.filter(({ ends }) => ends.length === 0);
        const call = open[step.which % Math.max(1, open.length)];
        if (call) this.#abort(call);
        break;
      }
      case 'isolate':
        if (this.#setup.breaker === null) break;
        model.isolated += 1;
        this.#releases.push(this.#dependency.isolate('by hand'));
        break;
      case 'release':
        if (this.#releases.length === 0) break;
        model.isolated -= 1;
        this.#releases.pop()?.();
        break;
      case 'trial':
        model.trial(nowMs);
        this.#dependency.trial();
        break;
      case 'configure':
        if (this.#setup.breaker === null) break;
        model.configure(step.failures, step.openMs);
        this.#dependency.configureBreaker({
          trip: { consecutiveFailures: step.failures },
          openMs: step.openMs,
        });
        break;
      case 'record':
        model.record(step.ok);
        if (step.ok) this.#dependency.recordSuccess(1);
        else this.#dependency.recordFailure(persistent, 1);
        break;
      case 'wall':
        clock.jumpWall(step.ms);
        break;
    }
    await clock.settle();
    this.#hold();
  }

  /** Everybody goes; nothing is left. */
  async end(): Promise<void> {
    const { clock, model } = this;
    for (const call of this.#calls) if (call.ends.length === 0) this.#abort(call);
    await clock.settle();
    this.#hold();
    expect(this.#calls.map(({ ends }) => ends.length)).toEqual(this.#calls.map(() => 1));
    expect(clock.pending).toBe(this.#timers);
    while (this.#releases.length > 0) await this.step({ does: 'release' });
    await clock.advance(EVER_MS);
    this.#hold();
    const { running, retriesLeft, quotas, state } = this.#dependency.report();
    expect([running, clock.pending, this.#timers]).toEqual([0, 0, 0]);
    expect(retriesLeft).toBe(
      this.#setup.budget === null || this.#setup.maxRetries === null ? null : this.#setup.budget.floor,
    );
    expect(quotas.map(({ used, waiting }) => [used, waiting])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const places = this.#setup.bulkhead?.limit;
    if (places === undefined || state !== 'closed') return;
    const leaving = new AbortController();
    const hang = (): Promise<never> => new Promise(() => undefined);
    for (let place = 0; place < places; place++) {
      void this.#dependency.tryExecute(hang, { signal: leaving.signal });
    }
    await clock.settle();
    expect(this.#dependency.report().running, 'places that are free').toBe(places);
    leaving.abort();
    await clock.settle();
    expect([this.#dependency.report().running, clock.pending]).toEqual([0, 0]);
    expect(model.faults).toEqual([]);
  }

  #check(rules: () => void): void {
    try {
      rules();
    } catch (fault) {
      this.model.faults.push(fault);
    }
  }

  #call(step: Step & { does: 'call' }): void {
    const { clock } = this;
    const nowMs = clock.monotonic();
    const { withinMs, deadlineMs, quota, priority, idempotent } = step;
    const outer =
      withinMs === undefined ? undefined : new Attempt(1, nowMs + withinMs, () => clock.monotonic());
    const call: PlayedCall = {
      id: this.#calls.length,
      endsMs:
        nowMs + Math.max(0, Math.min(deadlineMs ?? this.#setup.deadlineMs ?? Infinity, withinMs ?? Infinity)),
      controller: new AbortController(),
      outer,
      attempts: [],
      ends: [],
      aborted: false,
      gave: undefined,
      retryAfterMs: 0,
      neverSent: false,
    };
    this.#calls.push(call);
    if (step.aborted) this.#abort(call);
    else if (call.endsMs > nowMs) this.model.callsMs.push(nowMs);
    if (outer && withinMs !== undefined) {
      this.#later(withinMs, () => {
        if (call.ends.length === 0) this.#abort(call, true);
      });
    }
    const acts = [...step.acts];
    const work = (context: CallContext): unknown => this.#work(call, context, idempotent, quota, acts);
    const options = {
      signal: call.controller.signal,
      within: outer,
      deadlineMs,
      quota,
      priority,
      idempotent,
    };
    const ended = (end: End): void => {
      this.#check(() => {
        this.#ended(call, end);
      });
    };
    if (step.throwing) {
      this.#dependency.execute(work, options).then(
        (value) => {
          ended({ value });
        },
        (error: unknown) => {
          ended(error instanceof RefusedError ? { refusal: error.refusal } : { error });
        },
      );
    } else {
      void this.#dependency.tryExecute(work, options).then((result) => {
        if (result.ok) ended({ value: result.value });
        else if (result.refusal) ended({ refusal: result.refusal });
        else ended({ error: result.error });
      });
    }
  }

  #abort(call: PlayedCall, byOuter = false): void {
    const nowMs = this.clock.monotonic();
    this.model.sweep(nowMs);
    const attempt = call.attempts.at(-1);
    call.aborted = true;
    if (byOuter) call.outer?.abort(new TimeoutError('outer', 1));
    else call.controller.abort();
    if (attempt && !attempt.end) {
      // At the moment in which its time is over as well, either may come first.
      const both = attempt.startedMs + attempt.limitMs === nowMs;
      this.model.end(attempt, nowMs, both ? this.#tie(attempt) : 'cancelled');
    }
  }

  #tie(attempt: ModelAttempt): 'transient' | 'cancelled' {
    const reason: unknown = this.#signals.get(attempt)?.signal.reason;
    return reason instanceof TimeoutError ? (this.model.ranOut(attempt) as 'transient') : 'cancelled';
  }

  readonly #signals = new Map<ModelAttempt, CallContext>();

  /** One run of the work. */
  #work(
    call: PlayedCall,
    context: CallContext,
    idempotent: boolean,
    quota: string | undefined,
    acts: Act[],
  ): unknown {
    const { clock, model } = this;
    const startedMs = clock.monotonic();
    const act = acts.shift() ?? { deed: 'ends', outcome: 'answer', ms: 1, retryAfterMs: 0 };
    const previous = call.attempts.at(-1);
    let attempt: ModelAttempt | undefined;
    model.sweep(startedMs);
    this.#check(() => {
      expect(context.attempt).toBe(call.attempts.length + 1);
      expect([call.aborted, call.ends.length], 'nobody waits any more').toEqual([false, 0]);
      expect(startedMs + context.remainingMs(), 'within its deadline').toBeLessThanOrEqual(call.endsMs);
      if (previous) {
        expect(startedMs - (previous.end?.atMs ?? Infinity), 'its own Retry-After').toBeGreaterThanOrEqual(
          call.retryAfterMs,
        );
        expect(idempotent || call.neverSent, 'idempotent').toBe(true);
      }
      const limitMs = context.remainingMs();
      attempt = { call: call.id, number: context.attempt, quota, startedMs, limitMs, epoch: -1, end: null };
      attempt = model.start(attempt, previous);
    });
    // A rule that was broken has been noted; the attempt goes on all the same.
    const made = attempt ?? model.attempts.at(-1);
    if (!made) throw new Error('no attempt');
    if (call.attempts.at(-1) !== made) call.attempts.push(made);
    this.#signals.set(made, context);
    call.neverSent = false;
    call.retryAfterMs = 0;
    return this.#act(call, made, context, act);
  }

  #act(call: PlayedCall, attempt: ModelAttempt, context: CallContext, act: Act): unknown {
    const given = { of: call.id };
    const wanted = this.#thrown(act);
    const end = (gave: unknown): void => {
      this.#ends(call, attempt, act, gave);
    };
    const finish = (): unknown => {
      end(wanted ?? given);
      if (wanted !== null) throw wanted;
      return given;
    };
    switch (act.deed) {
      case 'gives':
      case 'throws':
        return finish();
      case 'aborts':
        this.#abort(call);
        return given;
      case 'thenable':
      case 'twice':
        return {
          then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
            end(wanted ?? given);
            if (wanted === null) resolve(given);
            else reject(wanted);
            if (act.deed === 'thenable') return;
            resolve('again');
            reject(new Error('again'));
          },
        };
      case 'broken-then':
      case 'broken-getter': {
        const error = new Error(act.deed);
        const then = (): never => {
          this.#ends(call, attempt, { ...act, outcome: 'persistent' }, error);
          throw error;
        };
        return act.deed === 'broken-then' ? { then } : Object.defineProperty({}, 'then', { get: then });
      }
      case 'deaf':
        return new Promise<void>((resolve) => {
          this.#later(act.ms, resolve);
        }).then(finish);
      case 'ends':
      case 'hangs':
        return new Promise<void>((resolve, reject) => {
          const cancel = act.deed === 'hangs' ? undefined : this.#later(act.ms, resolve);
          context.signal.addEventListener('abort', () => {
            cancel?.();
            reject(context.signal.reason as Error);
          });
        }).then(finish);
    }
  }

  #thrown({ outcome, retryAfterMs }: Act): unknown {
    if (outcome === 'answer') return null;
    if (outcome === 'throttled') return throttled(retryAfterMs);
    if (outcome === 'unclassified') return UNCLASSIFIED;
    const meaning = meanings[outcome];
    return meaning ? new Broken(meaning) : null;
  }

  /** The work comes to an end by itself: for the model, if it is not too late. */
  #ends(call: PlayedCall, attempt: ModelAttempt, act: Act, gave: unknown): void {
    const { model, clock } = this;
    const nowMs = clock.monotonic();
    model.sweep(nowMs);
    if (attempt.end) return;
    const dueMs = attempt.startedMs + attempt.limitMs;
    if (nowMs === dueMs && this.#signals.get(attempt)?.signal.aborted === true) {
      model.end(attempt, nowMs, model.ranOut(attempt));
      return;
    }
    const { outcome, retryAfterMs } = act;
    call.gave = gave;
    call.neverSent = outcome === 'neverSent';
    call.retryAfterMs = outcome === 'throttled' ? retryAfterMs : 0;
    const how =
      outcome === 'answer'
        ? 'success'
        : outcome === 'neverSent'
          ? 'transient'
          : outcome === 'unclassified'
            ? 'persistent'
            : outcome;
    model.end(attempt, nowMs, how, retryAfterMs);
  }

  #ended(call: PlayedCall, end: End): void {
    const nowMs = this.clock.monotonic();
    call.ends.push(end);
    expect(nowMs, 'the deadline').toBeLessThanOrEqual(call.endsMs);
    this.model.sweep(nowMs);
    const last = call.attempts.at(-1);
    if ('refusal' in end) {
      expect(call.attempts, 'a refused call never runs').toEqual([]);
      expect([end.refusal.dependency, end.refusal.reason.length > 0]).toEqual(['Market', true]);
    } else if ('value' in end) {
      expect([last?.end?.how, end.value]).toEqual(['success', call.gave]);
    } else if (end.error instanceof AbortedError) {
      expect(call.aborted).toBe(true);
    } else if (end.error instanceof TimeoutError) {
      expect(last && nowMs >= last.startedMs + last.limitMs, 'its time was over').toBe(true);
    } else {
      expect(end.error).toBe(call.gave);
      expect(last?.end?.how).not.toBe('success');
    }
  }

  #later(ms: number, fn: () => void): () => void {
    this.#timers += 1;
    let over = false;
    const end = (): void => {
      if (!over) this.#timers -= 1;
      over = true;
    };
    const cancel = this.clock.schedule(ms, () => {
      end();
      fn();
    });
    return () => {
      end();
      cancel();
    };
  }

  /** What is true whenever nothing moves. */
  #hold(): void {
    const { clock, model } = this;
    const nowMs = clock.monotonic();
    model.sweep(nowMs);
    for (const attempt of model.attempts) {
      if (!attempt.end && attempt.startedMs + attempt.limitMs <= nowMs) {
        model.end(attempt, nowMs, model.ranOut(attempt));
      }
    }
    expect(model.faults).toEqual([]);
    const report = this.#dependency.report();
    const running = model.running(nowMs);
    const open = this.#calls.filter(({ ends }) => ends.length === 0);
    for (const call of this.#calls) {
      if (call.aborted || call.endsMs <= nowMs) expect(call.ends, 'settled').toHaveLength(1);
      if (call.ends.length === 0) continue;
      expect(getEventListeners(call.controller.signal, 'abort')).toEqual([]);
      if (call.outer) expect(getEventListeners(call.outer.signal, 'abort')).toEqual([]);
    }
    expect(report.running).toBe(running.length);
    const { successes, failures, attempts, refused, retries } = report.total;
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((all, count) => all + count, 0);
    expect(attempts).toBe(model.attempts.length + model.recorded.length);
    expect(successes).toBe(model.count('success'));
    expect({ ...failures }).toEqual({
      transient: model.count('transient'),
      throttled: model.count('throttled'),
      persistent: model.count('persistent'),
      system: 0,
      critical: 0,
      cancelled: model.count('cancelled'),
    });
    expect(sum(refused)).toBe(this.#refusals);
    const again = model.attempts.filter(({ number }) => number > 1).length;
    expect(retries).toBeGreaterThanOrEqual(again);
    expect(retries - again).toBeLessThanOrEqual(this.#refusals + open.length + this.#aborted());
    if (model.shouldBeOpen) expect(report.state).not.toBe('closed');
    if (model.isolated > 0) expect(report.state).toBe('isolated');
    const waiting = open.length - running.length;
    for (const { name, used } of report.quotas) {
      expect(used).toBeGreaterThanOrEqual(model.used(name, nowMs));
      expect(used).toBeLessThanOrEqual(model.used(name, nowMs) + waiting);
    }
    // One for the time limits, one for each quota and one for the bulkhead; else only who waits for another attempt.
    expect(clock.pending - this.#timers).toBeLessThanOrEqual(
      waiting === 0 ? Math.min(1, running.length) : 4 + waiting,
    );
  }

  #aborted(): number {
    return this.#calls.filter(({ aborted }) => aborted).length;
  }
}
