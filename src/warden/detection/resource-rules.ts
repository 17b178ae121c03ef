import { quantity } from './quantity.ts';
import type { ThresholdRule } from './rule.ts';

const MINUTE_MS = 60_000;

/** Options of {@link resourceRules}. */
export interface ResourceRuleOptions {
  /** The process is to stay below so many bytes of RAM, whatever the machine has; null for no such limit. */
  readonly memoryLimitBytes: number | null;
}

const rule = (
  own: Pick<ThresholdRule, 'name' | 'signal' | 'unit' | 'warning' | 'critical' | 'describe' | 'nextSteps'> &
    Partial<ThresholdRule>,
): ThresholdRule => ({
  kind: 'threshold',
  forMs: 2 * MINUTE_MS,
  keepForMs: MINUTE_MS,
  // A system that does not tell one of them is no system without health.
  essential: false,
  ...own,
});

const percent = (value: number): string => quantity(value, 'ratio');

/** The rules about process and machine, on the signals of `RESOURCE_SIGNALS`. */
export function resourceRules({ memoryLimitBytes }: ResourceRuleOptions): readonly ThresholdRule[] {
  const limited =
    memoryLimitBytes === null
      ? []
      : [
          rule({
            name: 'process.memory_limit',
            signal: 'process_rss_bytes',
            unit: 'bytes',
            warning: { enter: 0.75 * memoryLimitBytes, leave: 0.7 * memoryLimitBytes },
            critical: { enter: 0.9 * memoryLimitBytes, leave: 0.85 * memoryLimitBytes },
            describe: (value) =>
              `The process holds ${quantity(value, 'bytes')} of memory; the limit that was set is ${quantity(memoryLimitBytes, 'bytes')}.`,
            nextSteps: ['Restart the service at a quiet time, or raise `rules.memory_limit_mb`.'],
          }),
        ];
  return [
    rule({
      name: 'process.cpu',
      signal: 'process_cpu',
      unit: 'ratio',
      warning: { enter: 0.7, leave: 0.6 },
      critical: { enter: 0.85, leave: 0.75 },
      describe: (value, limit) =>
        `The process uses ${percent(value)} of a CPU core; over ${percent(limit)} it may fall behind.`,
      nextSteps: [
        '`moonwarden resources` shows whether it is the work itself or garbage collection.',
        'With too many tokens for this machine, raise `tokens.min_score` or `tokens.cold_interval`.',
      ],
    }),
    rule({
      name: 'process.memory',
      signal: 'process_memory_used',
      unit: 'ratio',
      warning: { enter: 0.75, leave: 0.7 },
      critical: { enter: 0.9, leave: 0.85 },
      describe: (value, limit) =>
        `The process holds ${percent(value)} of the memory that it may use, the limit is ${percent(limit)}.`,
      nextSteps: [
        '`moonwarden signals show process_rss_bytes --last 24h` tells growth from a level.',
        'Give the container or the machine more memory, or restart the service before the system ends it.',
      ],
    }),
    rule({
      name: 'process.heap',
      signal: 'heap_used',
      unit: 'ratio',
      warning: { enter: 0.75, leave: 0.7 },
      critical: { enter: 0.9, leave: 0.85 },
      describe: (value, limit) =>
        `The JavaScript heap is ${percent(value)} full, the limit is ${percent(limit)}; when it is full the process ends.`,
      nextSteps: [
        '`moonwarden signals show heap_live_bytes --last 24h` shows what is left after each collection.',
        'Raise the limit with `NODE_OPTIONS=--max-old-space-size=...`, or restart the service at a quiet time.',
      ],
    }),
    ...limited,
    rule({
      name: 'process.event_loop',
      signal: 'event_loop_delay_p99_s',
      unit: 's',
      warning: { enter: 0.2, leave: 0.15 },
      critical: { enter: 1, leave: 0.7 },
      // One long collection or a busy machine is no condition.
      forMs: MINUTE_MS,
      describe: (value, limit) =>
        `Timers fire up to ${quantity(value, 's')} late (99 of 100 are quicker), the limit is ${quantity(limit, 's')}: something holds up the event loop.`,
      nextSteps: [
        'See in the log what ran at that time, and whether the machine itself is busy: `moonwarden resources`.',
      ],
    }),
    rule({
      name: 'process.file_descriptors',
      signal: 'process_fds_used',
      unit: 'ratio',
      warning: { enter: 0.7, leave: 0.65 },
      critical: { enter: 0.9, leave: 0.85 },
      describe: (value, limit) =>
        `${percent(value)} of the file descriptors that the process may have are open, the limit is ${percent(limit)}.`,
      nextSteps: ['Raise the limit (`ulimit -n`, `LimitNOFILE`); a number that only grows is a leak.'],
    }),
    rule({
      name: 'host.disk',
      signal: 'disk_used',
      unit: 'ratio',
      warning: { enter: 0.8, leave: 0.78 },
      critical: { enter: 0.95, leave: 0.93 },
      describe: (value, limit) =>
        `The disk of the data folder is ${percent(value)} full, the limit is ${percent(limit)}.`,
      nextSteps: ['Make room on the disk that holds the data folder: full, it takes no changes any more.'],
    }),
  ];
}
