import type { Clock } from '../kernel/index.ts';
import type { RecoverySettings } from '../warden/recovery/index.ts';
import { LEAST_LIMIT_MS } from '../warden/watchdog/index.ts';
import * as check from './faults.ts';
import { LOG_FORMATS, LOG_LEVELS, type LogChoice, type LogLevel } from './log.ts';

/** Options of {@link createWarden}. All may be left out. */
export interface WardenOptions {
  /** Of the program, as health shows it. Default `service`. */
  readonly name?: string | undefined;
  /** Default `auto`: lines for people on a terminal, JSON elsewhere; on standard error. */
  readonly log?: LogChoice | undefined;
  /** Lines below it are not written. Default `info`. */
  readonly logLevel?: LogLevel | undefined;
  /** Time between two looks, in ms; 50 at least. Default 1,000. */
  readonly turnMs?: number | undefined;
  /** Measures this process and its machine, and judges them. Default true. */
  readonly resources?: boolean | ResourceOptions | undefined;
  /** A thread that notices when the event loop is blocked, and says where. Default true; it takes about 10 MB. */
  readonly watchdog?: boolean | WatchdogChoice | undefined;
  /** Rules that come with it and are not wanted, by name, as in `process.cpu`; `process.*` stands for all that begin so. */
  readonly without?: readonly string[] | undefined;
  /** What keeps recovery from becoming the disturbance. What is left out is as in `recoveryDefaults`. */
  readonly recovery?: Partial<RecoverySettings> | undefined;
  /** Default: the machine's. For tests: a `FakeClock`, without watchdog and resources. */
  readonly clock?: Clock | undefined;
}

/** What is measured of process and machine. */
export interface ResourceOptions {
  /** The disk of this folder is measured. Default: the folder that the process was started in. */
  readonly folder?: string | undefined;
  /** The process is to stay below so many bytes of RAM. Default: what container or machine have. */
  readonly memoryLimitBytes?: number | undefined;
}

/** How the event loop is watched. */
export interface WatchdogChoice {
  /** It is blocked when it has not turned for so long, in ms; at least 100. Default 1,000. */
  readonly limitMs?: number | undefined;
  /** Whether a blocked process is interrupted, for some ms, to see what it does. Default true. */
  readonly captureStack?: boolean | undefined;
}

const OPTIONS: Readonly<Record<string, check.Check>> = {
  name: check.text,
  log: check.either(check.callable, check.oneOf(LOG_FORMATS)),
  logLevel: check.oneOf(LOG_LEVELS),
  turnMs: check.ms(50, 3_600_000),
  resources: check.either(check.flag, check.object),
  watchdog: check.either(check.flag, check.object),
  without: check.texts,
  recovery: check.object,
  clock: check.object,
};

const WITHIN = {
  resources: { folder: check.text, memoryLimitBytes: check.wholeFrom(1) },
  watchdog: { limitMs: check.ms(LEAST_LIMIT_MS, 3_600_000), captureStack: check.flag },
  recovery: {
    mode: check.oneOf(['act', 'observe']),
    cooldownMs: check.ms(0),
    perHour: check.wholeFrom(0),
    hardPerHour: check.wholeFrom(0),
    graceMs: check.ms(0),
    quietMs: check.ms(0),
    severalCritical: check.wholeFrom(1),
  },
} as const;

/** @throws MoonwardenError OPTIONS_INVALID that names every fault. */
export function checkOptions(options: WardenOptions): void {
  const faults = [...check.faultsOf(options, OPTIONS)];
  for (const section of ['resources', 'watchdog', 'recovery'] as const) {
    const given: unknown = check.isObject(options) ? options[section] : undefined;
    if (!check.isObject(given)) continue;
    for (const { path, message } of check.faultsOf(given, WITHIN[section]))
      faults.push({ path: `${section}.${path}`, message });
  }
  check.refuse('createWarden', faults);
}
