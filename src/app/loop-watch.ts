import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import { defineSection, duration, field, flag, type SettingsOf } from '../warden/config/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import type { Probe } from '../warden/index.ts';
import {
  LEAST_LIMIT_MS,
  createBlockSignals,
  createWatchdog,
  watchdogDefaults,
  type Block,
} from '../warden/watchdog/index.ts';
import { createBlockNotes, entryOfBlock } from './block-notes.ts';

const HOUR_MS = 3_600_000;

/** What notices that the process is blocked. */
export const watchdogSection = defineSection({
  name: 'watchdog',
  about:
    'A thread that notices when the event loop stands still, and says where ([watchdog](watchdog.md)). It costs about 10 MB of memory.',
  fields: {
    enabled: field(flag(), true, 'Whether the event loop is watched.'),
    limitMs: field(
      duration({ minMs: LEAST_LIMIT_MS, maxMs: HOUR_MS }),
      '1s',
      'The event loop is blocked when it has not turned for so long. What lasts less than a fifth longer may go unnoticed.',
    ),
    captureStack: field(
      flag(),
      watchdogDefaults.captureStack,
      'Whether a blocked process is interrupted, for some ms, to see what it does.',
    ),
  },
});
export type WatchdogSettings = SettingsOf<typeof watchdogSection>;

/** Watches the event loop of the service. */
export interface LoopWatch {
  readonly samples: Probe;
  readonly rule: ThresholdRule;
  /** Tells of what it finds, and of a block in which the process before this one ended. Never rejects. */
  start(ports: { readonly note: (entry: JournalDraft) => void; readonly wake: () => void }): Promise<void>;
  stop: () => Promise<void>;
}

export function createLoopWatch(parts: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataFolder: string;
  readonly stderr: 'json' | 'text';
  readonly settings: WatchdogSettings;
}): LoopWatch {
  const { clock, log, dataFolder, settings } = parts;
  const blockFile = join(dataFolder, 'blocked.json');
  const signals = createBlockSignals(settings.limitMs);
  let onBlock: (block: Block) => void = () => undefined;
  const watchdog = createWatchdog({
    limitMs: settings.limitMs,
    captureStack: settings.captureStack,
    log,
    trace: { logFile: join(dataFolder, 'logs', 'moonwarden.log'), blockFile, stderr: parts.stderr },
    onBlock: (block) => {
      onBlock(block);
    },
  });
  return {
    samples: () => signals.samples(clock.monotonic()),
    rule: signals.rule,
    async start({ note, wake }) {
      const left = takeLeftBlock(blockFile);
      if (left) {
        const entry = entryOfBlock(left, clock.now(), { unfinished: true, leftOut: 0 });
        log.warning(entry.reason);
        note(entry);
      }
      const admit = createBlockNotes();
      onBlock = (block) => {
        signals.add(block, clock.monotonic());
        const entry = admit(block, clock.monotonic(), clock.now());
        if (entry) note(entry);
        wake();
      };
      await watchdog.start();
    },
    stop: () => watchdog.stop(),
  };
}

const frame = z.object({ name: z.string(), file: z.string(), line: z.number(), column: z.number() });
/** What the watching thread of another process may have written, perhaps of another version. */
const leftBlock = z.object({
  startedAt: z.number(),
  blockedMs: z.number(),
  isOver: z.literal(false),
  cause: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('javascript'), frames: z.array(frame) }),
    z.object({ kind: z.literal('native'), frames: z.array(frame) }),
    z.object({ kind: z.literal('unknown'), why: z.string() }),
  ]),
  thread: z.object({ cpu: z.number(), runs: z.boolean(), waitsIn: z.string().nullable() }).nullable(),
  lastWork: z.object({ label: z.string(), beforeMs: z.number() }).nullable(),
});

/** The block in which a process ended, if one did. It is told once. */
function takeLeftBlock(file: string): Block | null {
  try {
    const text = readFileSync(file, 'utf8');
    rmSync(file, { force: true });
    return leftBlock.parse(JSON.parse(text));
  } catch {
    // Hardly ever is there one, and what cannot be read tells nothing.
    return null;
  }
}
