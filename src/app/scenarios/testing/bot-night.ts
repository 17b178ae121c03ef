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
  readonly recovery_actions: readonly string[];
}

const MINUTE_MS = 60_000;

/**
 * A night like one that was recorded, of the same form: for over an hour the scanner finds one token a scan, nothing is
 * traded, memory comes and goes around its limit, the disk is full, and whatever the old monitor does changes nothing.
 */
export function botNight(): readonly BotReport[] {
  const started = Date.UTC(2025, 7, 21, 9, 0);
  return Array.from({ length: 66 }, (_, minute): BotReport => {
    const memory = 86 + 8 * Math.sin(minute / 4);
    const approval = minute < 12 ? 9.1 : minute < 30 ? 46.4 : 24.2;
    const figure = (value: number | boolean, isBad: boolean) => ({
      current_value: value,
      status: isBad ? 'critical' : 'healthy',
    });
    return {
      timestamp: new Date(started + minute * MINUTE_MS).toISOString().slice(0, -1),
      overall_status: 'critical',
      metrics: {
        token_discovery_rate: figure(1, true),
        approval_rate: figure(approval, approval < 15),
        trade_execution_rate: figure(0, true),
        memory_usage: figure(memory, memory >= 90),
        disk_usage: figure(95.7, true),
        log_activity: figure(true, false),
      },
      recovery_actions: [
        'medium_recovery',
        ...(memory >= 90 ? ['hard_recovery'] : []),
        'manual_intervention',
      ],
    };
  });
}

/** Reports of a folder by their names, which begin with the time: those of one day. */
export function readReports(folder: string, day: string): readonly BotReport[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`health_report_${day}_`))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as BotReport);
}
