import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the monitor of a trading bot wrote each minute: figures, its own verdict, and what it did. */
export interface BotReport {
  /** Without a time zone. */
  readonly timestamp: string;
  readonly overall_status: string;
  readonly metrics: Readonly<
    Record<string, { readonly current_value: number | boolean; readonly status: string }>
  >;
  readonly issues: readonly string[];
  readonly recovery_actions: readonly string[];
  /** Of the process of the bot, in seconds. */
  readonly uptime: number;
}

/** A life of the process of the bot within the night. The figures are one a report, the last one goes on. */
interface Life {
  /** Of its first report, after the beginning of the night. */
  readonly fromMinute: number;
  readonly approval: readonly number[];
  /** Percent of the machine; its length is the number of reports. */
  readonly memory: readonly number[];
  readonly disk: number;
  /** What the old monitor does in each of its reports, and what besides when memory is over its limit. */
  readonly always: readonly string[];
  readonly whenFull: string;
}

const FIRST: Life = {
  fromMinute: 0,
  approval: [0, 50, ...times(9.5, 10), ...times(45, 9), 25],
  // Over the limit of 90 three times, for some minutes each.
  memory: [91, 86, ...times(93, 4), ...times(88, 8), ...times(94, 6), 80, ...times(87, 2), ...times(93, 5)],
  disk: 95.7,
  always: ['medium_recovery', 'manual_intervention'],
  whenFull: 'hard_recovery',
};
const SECOND: Life = {
  fromMinute: 50,
  approval: [0],
  memory: [85],
  disk: 96.1,
  always: ['soft_recovery', 'none'],
  whenFull: 'hard_recovery',
};
const THIRD: Life = {
  fromMinute: 53,
  approval: [0, 0, ...times(19, 6), 50],
  memory: [81, 85, 95, ...times(87, 7), ...times(92, 6)],
  disk: 96.2,
  always: ['soft_recovery', 'hard_recovery'],
  whenFull: 'medium_recovery',
};

const STARTED = Date.UTC(2025, 7, 21, 9, 0);
/** A minute, and what writing a report took. */
const BETWEEN_MS = 61_000;
const BELOW: Readonly<Record<string, number>> = {
  token_discovery_rate: 50,
  approval_rate: 15,
  trade_execution_rate: 0,
};
const ABOVE: Readonly<Record<string, number>> = { memory_usage: 90, disk_usage: 95 };

/**
 * A night like one that was recorded, of the same form and the same length: the scanner finds one token a scan, nothing is
 * traded, memory comes and goes around its limit, the disk is full, the bot is started anew twice, and nothing that the old
 * monitor does changes anything.
 */
export function botNight(): readonly BotReport[] {
  return [FIRST, SECOND, THIRD].flatMap((life) =>
    life.memory.map((memory, index): BotReport => {
      const figures = {
        token_discovery_rate: life.fromMinute + index === 0 ? 0 : 1,
        approval_rate: life.approval[index] ?? life.approval.at(-1) ?? 0,
        trade_execution_rate: 0,
        memory_usage: memory,
        disk_usage: life.disk,
        log_activity: true,
      };
      const limits = Object.entries({ ...BELOW, ...ABOVE });
      const critical = limits.filter(([name]) => isCritical(name, Number(Reflect.get(figures, name))));
      return {
        timestamp: new Date(STARTED + life.fromMinute * 60_000 + index * BETWEEN_MS)
          .toISOString()
          .slice(0, -1),
        overall_status: critical.length > 0 ? 'critical' : 'healthy',
        metrics: Object.fromEntries(
          Object.entries(figures).map(([name, value]) => [
            name,
            { current_value: value, status: isCritical(name, Number(value)) ? 'critical' : 'healthy' },
          ]),
        ),
        issues: critical.map(
          ([name, limit]) =>
            `CRITICAL: ${name} = ${String(Reflect.get(figures, name))} (threshold: ${limit})`,
        ),
        recovery_actions: [...life.always, ...(memory >= 90 ? [life.whenFull] : [])],
        uptime: 10 + (index * BETWEEN_MS) / 1_000,
      };
    }),
  );
}

function isCritical(name: string, value: number): boolean {
  return value <= (BELOW[name] ?? -1) || value >= (ABOVE[name] ?? Infinity);
}

function times(value: number, count: number): number[] {
  return Array.from({ length: count }, () => value);
}

/** Reports of a folder by their names, which begin with the time: those of one day. */
export function readReports(folder: string, day: string): readonly BotReport[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`health_report_${day}_`))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as BotReport);
}
