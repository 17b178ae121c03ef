// Over 350 lines because starting and stopping and looking after jobs share one heap, one queue and one alarm.
import {
  alarmOf,
  createEmitter,
  describeError,
  guardedLog,
  runOutsideContext,
  type Alarm,
} from '../../kernel/index.ts';
import { DueHeap, type Timed } from './due-heap.ts';
import { EscapedErrors } from './escaped-errors.ts';
import type { GroupHealth } from './group-health.ts';
import type { JobOptions } from './job.ts';
import { GroupWatch } from './group-watch.ts';
import { JobRunner, type RunnerHost } from './job-runner.ts';
import type { StartRequest } from './job-state.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { LedgerContent } from './ledger.ts';
import { HoldUps, type HoldUp } from './hold-ups.ts';
import { Lease } from './lease.ts';
import { LeftOver } from './left-over.ts';
import { RecordUpkeep } from './record-upkeep.ts';
import { StartQueue } from './start-queue.ts';
import {
  schedulerSettings,
  type Asked,
  type RestartOptions,
  type Scheduler,
  type SchedulerEvents,
  type SchedulerOptions,
  type Scope,
  type Started,
} from './scheduler-api.ts';

/** Starts, or jobs woken, in one turn of the event loop. */
const SLICE = 100;
const SLICE_MS = 4;
/**
 * It wakes at most once in so many ms, and starts all that is due: with many starts a second, waking for each costs several
 * times the start. One after a pause is not held back.
 */
const CLOSEST_RINGS_MS = 4;
/** Of the shortest interval of any job. */
const CLOSEST_RINGS_SHARE = 0.25;
/** The clocks may drift apart by so much before it counts as a jump. */
const JUMP_MS = 1_000;
const FLUSH_MS = 5_000;
const NOTHING: LedgerContent = { unfinished: [], items: new Map(), latest: new Map() };

interface Waiting {
  readonly runner: JobRunner;
  readonly request: StartRequest;
}

/** An entry of the heap: a job, or the scheduler's look after itself. */
type Entry = Timed & { wake(): void };

/** @throws RangeError when a setting is not valid. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, random, ledger, owner } = options;
  const log = guardedLog(options.log);
  const settings = schedulerSettings(options.settings);
  const emitter = createEmitter<SchedulerEvents>((error, name) => {
    log.error('A listener to the scheduler failed.', { event: name, cause: describeError(error) });
  });
  const runners = new Map<string, JobRunner>();
  const heap = new DueHeap<Entry>();
  const queue = new StartQueue<Waiting>();
  const { leaseMs, keepMs, keepRuns } = settings;
  const lease = new Lease({ ledger, owner, clock, leaseMs, exclusive: options.takeOver ?? false });
  const upkeep = new RecordUpkeep({ ledger, clock, log, keepMs, keepRuns });
  const holdUps = new HoldUps();
  const escaped = new EscapedErrors();
  const leftOver = new LeftOver();
  const watch = new GroupWatch(clock, settings);
  let phase: 'new' | 'starting' | 'running' | 'stopped' = 'new';
  let stopping = false;
  let runs = 0;
  let draining = false;
  let offsetMs = 0;
  let alarmMs = Infinity;
  let rangMs = -Infinity;
  let closestRingsMs = CLOSEST_RINGS_MS;
  let wasHeldUp = false;

  const emit = <Name extends keyof SchedulerEvents>(name: Name, payload: SchedulerEvents[Name]): void => {
    emitter.emit(name, payload);
  };

  const isStopped = (): boolean => phase === 'stopped';

  const fenced = (): void => {
    if (phase === 'stopped') return;
    phase = 'stopped';
    log.critical('Another scheduler owns the ledger: this one stops.', { owner });
    emit('fenced', { owner });
    const asked = { who: 'scheduler', why: 'another scheduler owns the ledger' };
    for (const runner of runners.values()) void runner.stop(false, true, asked);
    alarm.clear();
  };
  const writer = new LedgerWriter({
    ledger,
    owner,
    clock,
    log,
    everyMs: settings.writeEveryMs,
    onFenced: fenced,
  });

  const arm = (): void => {
    const dueMs = phase === 'running' ? (heap.first?.wakeMs ?? Infinity) : Infinity;
    const atMs = Math.max(dueMs, rangMs + closestRingsMs);
    // One that ought to have rung long ago does not ring any more.
    if (atMs === alarmMs && !(clock.monotonic() - alarmMs > settings.checkMs)) return;
    alarmMs = atMs;
    if (atMs === Infinity) alarm.clear();
    else alarm.set(atMs, clock.monotonic());
  };

  const host: RunnerHost = {
    clock,
    random,
    log,
    stopMs: settings.stopMs,
    // Counted over all jobs: one that is removed and added again has other runs.
    newRunId: (job) => `${owner}/${job}/${++runs}`,
    write: (change) => {
      writer.add(change);
    },
    emit,
    request(runner, request) {
      queue.add(runner.settings.priority, { runner, request });
      if (!draining) void runOutsideContext(drain);
    },
    moved(runner, wakeMs) {
      // A run of a job that was removed may end late.
      if (runners.get(runner.options.name) !== runner) return;
      heap.set(runner, wakeMs);
      if (!ringing) arm();
    },
    ended(record) {
      watch.ended(record);
      holdUps.ended(record.job);
    },
  };

  /** Nobody got on meanwhile, so it counts towards nobody's limits. */
  const tellOf = (heldUp: HoldUp | null): void => {
    if (heldUp === null) return;
    wasHeldUp = true;
    log.warning('The event loop stood still: no job could run.', {
      seconds: Math.round(heldUp.ms / 1_000),
      jobs: heldUp.jobs.join(', '),
    });
    for (const runner of runners.values()) runner.heldUp(heldUp.ms);
    emit('held_up', heldUp);
  };

  const namesOfRunning = function* (): Iterable<string> {
    for (const [name, runner] of runners) if (runner.isRunning) yield name;
  };

  const drain = async (): Promise<void> => {
    if (draining) return;
    draining = true;
    // Never in the midst of what asked for the start.
    await Promise.resolve();
    while (queue.length > 0 && phase === 'running' && lease.holds()) {
      const beganMs = clock.monotonic();
      let nowMs = beganMs;
      for (let starts = 0; starts < SLICE && nowMs - beganMs < SLICE_MS; starts++) {
        const waiting = queue.take();
        if (waiting === undefined) break;
        try {
          waiting.runner.due(waiting.request);
        } catch (error) {
          log.critical('The scheduler failed at a job.', { cause: describeError(error) });
        }
        const startedMs = nowMs;
        nowMs = clock.monotonic();
        tellOf(holdUps.started(waiting.runner.options.name, startedMs, nowMs));
      }
      if (queue.length > 0) await clock.sleep(0);
    }
    draining = false;
  };

  const noteJump = (): void => {
    const seenMs = clock.now() - clock.monotonic();
    const jumpMs = seenMs - offsetMs;
    if (Math.abs(jumpMs) < JUMP_MS) return;
    offsetMs = seenMs;
    log.warning('The wall clock has jumped, or the machine has slept.', { jumpMs: Math.round(jumpMs) });
    emit('clock_jump', { jumpMs });
    for (const runner of runners.values()) runner.jumped(jumpMs);
  };

  const judge = (): readonly GroupHealth[] => watch.judge(runners.values());

  const look = (): void => {
    const { changed, restart, escalated } = watch.look(runners);
    for (const health of changed) emit('group_status', health);
    if (restart !== null) void restartAll('scheduler', { who: 'scheduler', why: restart, emergency: true });
    if (escalated !== null) emit('escalated', escalated);
  };

  const housekeeping: Entry = {
    wakeMs: Infinity,
    heapIndex: -1,
    wake() {
      heap.set(housekeeping, clock.monotonic() + settings.checkMs);
      noteJump();
      // Without an object for each of what may be many thousands.
      runners.forEach((runner) => {
        runner.lookAtHealth();
      });
      // So the clocks may drift apart for as long as they like.
      offsetMs = clock.now() - clock.monotonic();
      // What could not start is about to: to be judged at the next look.
      if (!wasHeldUp) look();
      wasHeldUp = false;
      void upkeep.turn(() => phase === 'running');
      void lease.renew().then((held) => {
        if (phase !== 'running') return;
        if (held === false) writer.fence();
        else void drain();
      });
    },
  };

  let ringing = false;
  const alarm: Alarm = alarmOf(clock, () => {
    runOutsideContext(ring);
  });
  const ring = (): void => {
    const dueMs = alarmMs;
    alarmMs = Infinity;
    if (phase !== 'running') return;
    ringing = true;
    noteJump();
    const nowMs = clock.monotonic();
    rangMs = nowMs;
    tellOf(holdUps.rang(dueMs, nowMs, namesOfRunning));
    for (let woken = 0; woken < 10 * SLICE; woken++) {
      const entry = heap.first;
      if (entry === undefined || entry.wakeMs > nowMs) break;
      // Whatever goes wrong, it is not woken for the same thing for ever.
      heap.set(entry, nowMs + settings.checkMs);
      try {
        entry.wake();
      } catch (error) {
        log.critical('The scheduler failed at a job.', { cause: describeError(error) });
      }
    }
    ringing = false;
    arm();
  };

  const mindInterval = ({ schedule }: Pick<JobOptions, 'schedule'>): void => {
    if ('everyMs' in schedule)
      closestRingsMs = Math.min(closestRingsMs, schedule.everyMs * CLOSEST_RINGS_SHARE);
  };

  const begin = (runner: JobRunner): void => {
    runner.begin(leftOver.claim(runner.options.name));
  };

  const runnerOf = (name: string): JobRunner => {
    const runner = runners.get(name);
    if (runner === undefined) throw new RangeError(`name must be that of a job, not ${name}`);
    return runner;
  };

  const inScope = (scope: Scope): JobRunner[] => {
    if (scope === 'scheduler') return [...runners.values()];
    if ('job' in scope) return [runnerOf(scope.job)];
    return [...runners.values()].filter((runner) => runner.options.group === scope.group);
  };

  const restartAll = async (scope: Scope, { who, why, emergency = false }: RestartOptions): Promise<void> => {
    if (phase !== 'running' || stopping) return;
    emit('restart', { scope, emergency, who, why });
    await Promise.all(inScope(scope).map((runner) => runner.stop(true, emergency, { who, why })));
  };

  return {
    async start(): Promise<Started> {
      if (phase !== 'new') return { ok: false, reason: `it is ${phase} already` };
      phase = 'starting';
      let content = NOTHING;
      try {
        if (!(await lease.renew())) {
          phase = 'new';
          return { ok: false, reason: 'another scheduler owns the ledger' };
        }
        content = await ledger.load();
        if (isStopped()) {
          await lease.release();
          return { ok: false, reason: 'it was stopped meanwhile' };
        }
      } catch (error) {
        phase = 'new';
        return { ok: false, reason: `the ledger cannot be read: ${describeError(error)}` };
      }
      phase = 'running';
      offsetMs = clock.now() - clock.monotonic();
      for (const record of leftOver.take(content, clock.now())) {
        writer.add({ kind: 'run.ended', record });
        emit('run_ended', record);
      }
      for (const runner of runners.values()) begin(runner);
      heap.set(housekeeping, clock.monotonic() + settings.checkMs);
      arm();
      return { ok: true };
    },
    async stop(asked) {
      if (phase !== 'running') {
        phase = 'stopped';
        return;
      }
      stopping = true;
      await Promise.all([...runners.values()].map((runner) => runner.stop(false, false, asked)));
      await writer.flush(FLUSH_MS);
      phase = 'stopped';
      alarm.clear();
      await lease.release();
    },
    add(job) {
      if (runners.has(job.name)) throw new RangeError(`name must be unique, not ${job.name}`);
      const runner = new JobRunner(job, host);
      runners.set(job.name, runner);
      watch.joined(job.group);
      mindInterval(job);
      if (phase === 'running' && !stopping) begin(runner);
    },
    async remove(name, asked) {
      const runner = runnerOf(name);
      await runner.stop(false, false, asked);
      // Somebody else removed it meanwhile, and its name may be that of another job.
      if (runners.get(name) !== runner) return;
      runners.delete(name);
      heap.delete(runner);
      leftOver.leave(name, runner.left);
      watch.left(runner.options.group);
    },
    configure(name, changes) {
      const runner = runnerOf(name);
      runner.configure(changes);
      mindInterval(runner.options);
    },
    restart: restartAll,
    park(name, asked: Asked) {
      runnerOf(name).park(asked);
    },
    unpark(name, asked) {
      runnerOf(name).unpark(asked);
    },
    runNow(name, asked) {
      const runner = runnerOf(name);
      if (phase !== 'running' || stopping) return { ok: false, reason: 'the scheduler does not run' };
      return runner.runNow(asked);
    },
    contain(runId, error) {
      if (!runId.startsWith(`${owner}/`)) return false;
      const cause = `it escaped: ${describeError(error) || 'an error without a text'}`;
      runOutsideContext(() => {
        const late = ![...runners.values()].some((runner) => runner.broken(runId, cause));
        if (!escaped.isFirst(runId)) return;
        const job = runId.slice(owner.length + 1, runId.lastIndexOf('/'));
        log.error('An error escaped from a run of a job.', { job, run: runId, cause, late });
        emit('error_escaped', { job, runId, cause, late });
      });
      return true;
    },
    job: (name) => runnerOf(name).report(),
    jobs: () => [...runners.values()].map((runner) => runner.report()),
    isRunning: () => phase === 'running',
    groups() {
      // Once an alarm is lost nothing here would notice; whoever looks comes from outside.
      arm();
      return judge();
    },
    on: (name, listener) => emitter.on(name, listener),
  };
}
