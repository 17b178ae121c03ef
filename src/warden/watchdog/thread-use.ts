import { readFileSync } from 'node:fs';
import type { ThreadUse } from './block.ts';

/** CPU time of the main thread so far, or of the whole process where the system does not tell them apart. */
export interface ThreadTimes {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly ofThread: boolean;
}

/** What is known of the main thread at one look. */
export interface ThreadLook extends ThreadTimes {
  /** Whether it waits for something, rather than running or wanting to. */
  readonly waits: boolean;
}

/** Linux counts in hundredths of a second there, whatever the kernel was built with. */
const TICK_MS = 10;
/** Where only the whole process is known: of one core. */
const BUSY = 0.5;

export function readThreadTimes(pid: number, atMs: number): ThreadTimes {
  const [exactNs] = read(`/proc/self/task/${pid}/schedstat`).split(' ');
  if (exactNs) return { atMs, cpuMs: Number(exactNs) / 1e6, ofThread: true };
  const columns = statOf(pid);
  if (columns) return { atMs, cpuMs: TICK_MS * (Number(columns[11]) + Number(columns[12])), ofThread: true };
  const { user, system } = process.cpuUsage();
  return { atMs, cpuMs: (user + system) / 1_000, ofThread: false };
}

/** Where the main thread stands. One whose state the system does not tell counts as waiting. */
export function readThreadLook(pid: number, atMs: number): ThreadLook {
  return { ...readThreadTimes(pid, atMs), waits: statOf(pid)?.[0] !== 'R' };
}

/** What the main thread of this process has done since `before`; null when that was just now. */
export function readThreadUse(pid: number, before: ThreadTimes, nowMs: number): ThreadUse | null {
  const { cpuMs } = readThreadTimes(pid, nowMs);
  const passedMs = nowMs - before.atMs;
  if (passedMs < TICK_MS) return null;
  const cpu = Math.min(1, Math.max(0, (cpuMs - before.cpuMs) / passedMs));
  const status = statOf(pid)?.[0];
  const runs = status === undefined ? cpu >= BUSY : status === 'R';
  return { cpu, runs, waitsIn: runs ? null : waitOf(pid) };
}

/** The columns of `stat` after the name, which may hold anything. The id of the main thread is that of the process. */
function statOf(pid: number): readonly string[] | null {
  const text = read(`/proc/self/task/${pid}/stat`);
  const columns = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return columns.length > 12 ? columns : null;
}

function waitOf(pid: number): string | null {
  const name = read(`/proc/self/task/${pid}/wchan`);
  return /^[a-z_]\w{1,60}$/i.test(name) ? name : null;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
