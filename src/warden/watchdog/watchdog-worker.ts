import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, threadClock } from '../../kernel/index.ts';
import type { Block, BlockCause } from './block.ts';
import { captureMainThread, type Capture, type Captured } from './capture.ts';
import { readHeartbeat } from './heartbeat.ts';
import { firstLook, judgeBeat, type LoopNews } from './judge-beat.ts';
import { PATIENCE_LOOK_MS, lookOn, newPatience } from './patience.ts';
import { printable } from './source-position.ts';
import type { WatchNews, WatchOrders } from './thread-messages.ts';
import { readThreadLook, readThreadTimes, readThreadUse, type ThreadTimes } from './thread-use.ts';
import { clearTrace, writeTrace } from './trace.ts';

/** JavaScript is interrupted within some ms of its time; a thread that takes longer is in a native call. */
const NATIVE_AFTER_MS = 60;
/** How long the news of a block waits for a stack that is on its way. */
const LAST_WORD_MS = 500;

/** A block while it lasts. */
interface Open {
  readonly beat: number;
  readonly startedAt: number;
  readonly lastWork: Block['lastWork'];
  readonly times: ThreadTimes;
  overdueMs: number;
  cause: BlockCause;
  thread: Block['thread'];
  isHeld: boolean;
  /** The last look into the main thread, and what settles with it. */
  capture: { readonly running: Capture; readonly done: Promise<void>; isDone: boolean } | null;
}

const orders = workerData as WatchOrders;
const { settings, trace, captureStack, pid, folder } = orders;
const heart = readHeartbeat(orders.memory);
const now = (): number => threadClock.monotonic();
const tell = (news: WatchNews): void => parentPort?.postMessage(news);

let state = firstLook(heart.beat().beat, now(), settings);
let open: Open | null = null;
/** Where the main thread stood when it was first seen late. */
let lateTimes: ThreadTimes | null = null;
let cancelLook = systemClock.schedule(settings.lookMs, look);

function look(): void {
  const seen = heart.beat();
  const judged = judgeBeat(state, seen, now(), settings);
  state = judged.state;
  cancelLook = systemClock.schedule(state.look.waitMs, look);
  if (state.kind === 'ok') lateTimes = null;
  else lateTimes ??= readThreadTimes(pid, now());
  if (open && state.kind === 'blocked') open.overdueMs = state.overdueMs;
  if (judged.news) onNews(judged.news, seen.atMs);
}

function onNews(news: LoopNews, beatAtMs: number): void {
  switch (news.kind) {
    case 'blocked': {
      const work = heart.lastWork();
      lateTimes ??= readThreadTimes(pid, now());
      open = {
        beat: state.beat,
        startedAt: systemClock.now() - news.overdueMs,
        lastWork: work && { label: printable(work.label), beforeMs: Math.max(0, beatAtMs - work.atMs) },
        times: lateTimes,
        overdueMs: news.overdueMs,
        cause: { kind: 'unknown', why: captureStack ? 'it was not there yet' : 'it was not asked for' },
        thread: readThreadUse(pid, lateTimes, now()),
        isHeld: false,
        capture: null,
      };
      report(open);
      return;
    }
    case 'still-blocked':
      if (open) report(open);
      return;
    case 'ended': {
      const over = open;
      open = null;
      if (over) void close(over, news.atLeastMs, news.atMostMs);
    }
  }
}

/** Looks into the main thread and writes what it does; when it does not answer in time, that it cannot be asked. */
function report(block: Open): void {
  if (!captureStack) {
    write(block);
    return;
  }
  if (block.capture && !block.capture.isDone) {
    // Still in the same native call.
    useThread(block);
    write(block);
    return;
  }
  let patience = newPatience(readThreadLook(pid, now()));
  const running = captureMainThread({
    unansweredMs: () => patience.countedMs,
    after: (delayMs, fn) => systemClock.schedule(delayMs, fn),
    isOver: () => heart.beat().beat !== block.beat,
    isInspectorOpen: () => heart.beat().inspectorIsOpen,
    folder,
    ownUrl: new URL('./watchdog.js', import.meta.url).href,
  });
  let isNative = false;
  let cancelPatience = systemClock.schedule(PATIENCE_LOOK_MS, wait);
  function wait(): void {
    if (open !== block || running.hasAnswered()) return;
    patience = lookOn(patience, readThreadLook(pid, now()));
    if (patience.countedMs < NATIVE_AFTER_MS) {
      cancelPatience = systemClock.schedule(PATIENCE_LOOK_MS, wait);
      return;
    }
    isNative = true;
    block.cause = { kind: 'native', frames: [] };
    useThread(block);
    write(block);
  }
  const done = running.done.then((captured) => {
    capture.isDone = true;
    cancelPatience();
    note(block, captured, isNative);
    if (open === block && captured.kind !== 'over' && captured.kind !== 'held') write(block);
  });
  const capture = { running, done, isDone: false };
  block.capture = capture;
}

function note(block: Open, captured: Captured, isInNative: boolean): void {
  switch (captured.kind) {
    case 'stack':
      // What was native stays it: a thread that has just returned wants to run.
      block.cause = {
        kind: isInNative || captured.waitedMs >= NATIVE_AFTER_MS ? 'native' : 'javascript',
        frames: captured.frames,
      };
      return;
    case 'held':
      block.isHeld = true;
      return;
    case 'left-alone':
      block.cause = { kind: 'unknown', why: 'an inspector is open, whose debugger was left alone' };
      return;
    case 'over':
      if (block.cause.kind !== 'unknown') return;
      if (captured.waitedMs >= NATIVE_AFTER_MS) block.cause = { kind: 'native', frames: [] };
      else block.cause = { kind: 'unknown', why: 'it ended before it could be looked at' };
      return;
    case 'failed':
      block.cause = { kind: 'unknown', why: `it could not be looked at: ${captured.why}` };
  }
}

/** Only while the thread does what it is blamed for: right afterwards it may do something else. */
function useThread(block: Open): void {
  block.thread = readThreadUse(pid, block.times, now()) ?? block.thread;
}

const blockOf = (block: Open, blockedMs: number, isOver: boolean): Block => ({
  startedAt: block.startedAt,
  blockedMs,
  isOver,
  cause: block.cause,
  thread: block.thread,
  lastWork: block.lastWork,
});

function write(block: Open): void {
  writeTrace(trace, blockOf(block, block.overdueMs, false), systemClock.now());
}

async function close(block: Open, atLeastMs: number, atMostMs: number): Promise<void> {
  clearTrace(trace);
  if (block.capture) {
    const late = systemClock.schedule(LAST_WORD_MS, () => block.capture?.running.abort());
    await block.capture.done;
    late();
  }
  if (block.isHeld) tell({ kind: 'held', forMs: atLeastMs });
  else tell({ kind: 'block', block: blockOf(block, atLeastMs, true), beat: block.beat, atMostMs });
}

parentPort?.once('message', () => {
  cancelLook();
  // Before the thread ends, or Node waits for a debugger that is not there.
  open?.capture?.running.abort();
  clearTrace(trace);
  parentPort?.close();
});
tell({ kind: 'watching' });
