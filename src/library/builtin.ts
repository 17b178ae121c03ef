import type { Clock, Logger } from '../kernel/index.ts';
import type { Rule, Sample } from '../warden/detection/index.ts';
import { createResourceMonitor } from '../warden/metrics/index.ts';
import { createBlockSignals, createWatchdog, watchdogDefaults } from '../warden/watchdog/index.ts';
import type { LogChoice } from './log.ts';
import type { ResourceOptions, WatchdogChoice } from './options.ts';
import { processRules } from './rules.ts';

/** Something that comes with the warden: what it measures, what that is held against, and how it is started. */
export interface BuiltIn {
  readonly name: string;
  readonly samples: () => readonly Sample[];
  readonly rules: readonly Rule[];
  start(): void;
  stop(): void | Promise<void>;
}

const CHEAP_MS = 5_000;
const DEAR_MS = 60_000;

/** CPU, memory, event loop, file descriptors, network and disk. */
export function watchResources(clock: Clock, log: Logger, options: ResourceOptions): BuiltIn {
  const { folder = process.cwd(), memoryLimitBytes = null } = options;
  const monitor = createResourceMonitor({
    clock,
    log,
    dataFolder: folder,
    cheapIntervalMs: CHEAP_MS,
    dearIntervalMs: DEAR_MS,
  });
  return {
    name: 'resources',
    samples: () => monitor.readings().map(({ name, value }) => ({ signal: name, value })),
    rules: processRules(memoryLimitBytes),
    start: () => {
      monitor.start();
    },
    stop: () => {
      monitor.stop();
    },
  };
}

/** Blocks of the event loop. */
export function watchLoop(parts: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly choice: LogChoice;
  readonly options: WatchdogChoice;
  readonly wake: () => void;
}): BuiltIn {
  const { clock, log, choice, options, wake } = parts;
  const signals = createBlockSignals(options.limitMs ?? watchdogDefaults.limitMs);
  const isText =
    typeof choice === 'function' || choice === 'text' || (choice === 'auto' && process.stderr.isTTY);
  const watchdog = createWatchdog({
    ...options,
    log,
    trace: { stderr: choice === 'none' ? 'none' : isText ? 'text' : 'json' },
    onBlock(block) {
      signals.add(block, clock.monotonic());
      wake();
    },
  });
  return {
    name: 'watchdog',
    samples: () => signals.samples(clock.monotonic()),
    rules: [signals.rule],
    start: () => {
      void watchdog.start();
    },
    stop: () => watchdog.stop(),
  };
}
