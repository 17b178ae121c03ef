import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeBlock, frameToBlame, type Block } from './block.ts';

/** Where a block leaves its trace while it lasts. */
export interface TraceTargets {
  /** A log file of JSON lines that the line is added to; null for none. */
  readonly logFile: string | null;
  /**
   * Holds the block, as JSON with a `sentence`, as long as it lasts; null for none. Who finds it when a process begins
   * knows that the one before ended in a block; who supervises a process can read it meanwhile.
   */
  readonly blockFile: string | null;
  /** What standard error gets. */
  readonly stderr: 'json' | 'text' | 'none';
}

/** Fields of a log line about a block. Pure. */
export function blockFields({ blockedMs, cause, thread, lastWork }: Block): Record<string, unknown> {
  const frames = cause.kind === 'unknown' ? [] : cause.frames;
  const frame = frameToBlame(frames);
  return {
    blocked_ms: Math.round(blockedMs),
    cause: cause.kind,
    ...(frame ? { function: frame.name, file: frame.file, line: frame.line } : {}),
    ...(frames.length > 0
      ? { stack: frames.map(({ name, file, line }) => `${name || '?'} ${file}:${line}`) }
      : {}),
    ...(thread ? { thread } : {}),
    ...(lastWork ? { last_work: lastWork.label, last_work_before_ms: Math.round(lastWork.beforeMs) } : {}),
  };
}

/** The line that the service's log would have, one JSON object. Pure. */
function traceLine(block: Block, nowWallMs: number): string {
  const line = {
    level: 'WARNING',
    ts: new Date(nowWallMs).toISOString(),
    logger: 'moonwarden.watchdog',
    module: 'watchdog',
    ...blockFields(block),
    msg: describeBlock(block),
  };
  return `${JSON.stringify(line)}\n`;
}

/**
 * Writes past the streams of Node, which belong to the loop that is blocked. What cannot be written is left out: a trace
 * is no reason to end the thread that could tell of the next one.
 */
export function writeTrace(targets: TraceTargets, block: Block, nowWallMs: number): void {
  const { logFile, blockFile, stderr } = targets;
  const line = traceLine(block, nowWallMs);
  if (logFile !== null) {
    attempt(() => {
      mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
      // Opened anew each time, because the file is rotated.
      const file = openSync(logFile, 'a', 0o600);
      try {
        writeSync(file, line);
      } finally {
        closeSync(file);
      }
    });
  }
  if (blockFile !== null) {
    attempt(() => {
      mkdirSync(dirname(blockFile), { recursive: true, mode: 0o700 });
      const whole = `${blockFile}.new`;
      writeFileSync(whole, `${JSON.stringify({ ...block, sentence: describeBlock(block) })}\n`, {
        mode: 0o600,
      });
      renameSync(whole, blockFile);
    });
  }
  if (stderr !== 'none') attempt(() => writeSync(2, stderr === 'json' ? line : `${describeBlock(block)}\n`));
}

/** The block is over. */
export function clearTrace({ blockFile }: TraceTargets): void {
  if (blockFile !== null) attempt(() => rmSync(blockFile, { force: true }));
}

function attempt(write: () => unknown): void {
  try {
    write();
  } catch {
    // Nobody is left to tell: a full pipe, a full disk.
  }
}
