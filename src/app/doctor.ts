import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { MoonwardenError, describeError, silentLogger, systemClock, withTimeout } from '../kernel/index.ts';
import { readInstance, VERSION } from '../client/index.ts';
import { createHttpTransport } from '../hosts/dexscreener/index.ts';
import { openSqliteStore } from '../storage/index.ts';
import { loadSettings, type ConfigChoice, type Settings } from './settings.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly todo: string;
}

const OLDEST_NODE = [20, 19];
const LOW_DISK_BYTES = 1_000_000_000;
const NO_DISK_BYTES = 100_000_000;
const LOW_FILES = 1_024;
const REACH_LIMIT_MS = 4_000;
const RELEASED_AT = Date.UTC(2025, 0, 1);

/** Looks at everything that the service needs of this machine. Changes nothing that stays. */
export async function examine(choice: ConfigChoice, folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [checkNode(), checkClock()];
  const config = checkConfig(choice);
  findings.push(config.finding, checkFolder(folder), checkDisk(folder), checkFiles());
  const instance = readInstance(folder);
  findings.push(checkDatabase(folder, instance?.url ?? null));
  if (config.settings) {
    findings.push(await checkPort(config.settings.http, instance?.url ?? null));
    findings.push(await checkSource(config.settings));
  }
  return findings;
}

const ok = (check: string, detail: string): Finding => ({ check, result: 'ok', detail, todo: '' });
const bad = (check: string, result: 'warning' | 'failed', detail: string, todo: string): Finding => ({
  check,
  result,
  detail,
  todo,
});

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  const fits = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const detail = `Node ${process.versions.node}`;
  return fits
    ? ok('node', detail)
    : bad('node', 'failed', detail, `Install Node ${OLDEST_NODE.join('.')} or later.`);
}

function checkClock(): Finding {
  const now = systemClock.now();
  const text = new Date(now).toISOString();
  return now > RELEASED_AT
    ? ok('clock', text)
    : bad('clock', 'failed', `the clock says ${text}`, 'Set the clock; ages of data are computed from it.');
}

function checkConfig(choice: ConfigChoice): { readonly finding: Finding; readonly settings?: Settings } {
  try {
    const { settings, file, loaded } = loadSettings(choice);
    const [warning] = loaded.warnings;
    const detail = file === null ? 'defaults, no file' : file;
    return {
      finding:
        warning === undefined
          ? ok('config', detail)
          : bad('config', 'warning', warning, 'Correct its name or unset it.'),
      settings,
    };
  } catch (error) {
    const [fault] = error instanceof MoonwardenError ? error.faults : [];
    const detail = fault ? `${fault.path} ${fault.message}` : describeError(error);
    return { finding: bad('config', 'failed', detail, '`moonwarden config check` lists every fault.') };
  }
}

/** The folder, or the nearest one above it that exists: `start` makes the rest. */
function nearest(folder: string): string {
  let path = resolve(folder);
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  return path;
}

function checkFolder(folder: string): Finding {
  const path = nearest(folder);
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(path, '.moonwarden-doctor-'));
    const file = openSync(join(probe, 'probe'), 'w');
    writeSync(file, 'x'.repeat(65_536));
    closeSync(file);
    return ok('data folder', path === resolve(folder) ? path : `${resolve(folder)} will be made`);
  } catch (error) {
    return bad(
      'data folder',
      'failed',
      `cannot write to ${path}: ${describeError(error)}`,
      'Make it writable for this user, or choose another one with --data.',
    );
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(nearest(folder));
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  if (free > LOW_DISK_BYTES) return ok('disk', detail);
  return bad(
    'disk',
    free > NO_DISK_BYTES ? 'warning' : 'failed',
    detail,
    'Free some space; history of 1,000 tokens takes about 1 GB.',
  );
}

function checkFiles(): Finding {
  try {
    const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    const files = limit === 'unlimited' ? Infinity : Number(limit);
    if (Number.isNaN(files)) return ok('open files', 'no limit is told');
    return files >= LOW_FILES
      ? ok('open files', `${files} allowed`)
      : bad(
          'open files',
          'warning',
          `only ${files} allowed`,
          'Raise it: `ulimit -n 4096`, or LimitNOFILE= in the systemd unit.',
        );
  } catch {
    return ok('open files', 'this system does not tell its limit');
  }
}

function checkDatabase(folder: string, runningUrl: string | null): Finding {
  const file = join(folder, 'moonwarden.db');
  if (!existsSync(file)) return ok('database', 'none yet; `start` makes it');
  try {
    const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder, probeOnly: true });
    void store.close();
    return ok('database', file);
  } catch (error) {
    if (error instanceof MoonwardenError && error.code === 'DATA_FOLDER_IN_USE') {
      return ok(
        'database',
        `in use by the instance ${runningUrl === null ? 'that is running' : `on ${runningUrl}`}`,
      );
    }
    return bad(
      'database',
      'failed',
      describeError(error),
      'A damaged file is set aside by the next `start`, which takes over what can be read.',
    );
  }
}

async function checkPort({ host, port }: Settings['http'], runningUrl: string | null): Promise<Finding> {
  if (port === 0) return ok('port', 'a free one is taken');
  const error = await new Promise<NodeJS.ErrnoException | null>((settle) => {
    const server = createServer();
    server.once('error', settle);
    server.listen(port, host, () =>
      server.close(() => {
        settle(null);
      }),
    );
  });
  if (error === null) return ok('port', `${host}:${port} is free`);
  if (error.code === 'EADDRINUSE' && runningUrl !== null && new URL(runningUrl).port === String(port)) {
    return ok('port', `${host}:${port} is used by the running instance`);
  }
  return bad(
    'port',
    'failed',
    `${host}:${port}: ${describeError(error)}`,
    'Stop the program that uses it, or choose another port with --port.',
  );
}

async function checkSource({ dexscreener }: Settings): Promise<Finding> {
  const transport = createHttpTransport({
    url: dexscreener.url,
    maxBodyBytes: dexscreener.maxBodyBytes,
    userAgent: `moonwarden/${VERSION}`,
  });
  try {
    const { status } = await withTimeout(systemClock, REACH_LIMIT_MS, `GET ${transport.origin}`, (signal) =>
      transport.get('/token-profiles/latest/v1', signal),
    );
    if (status < 500 && status !== 403 && status !== 429)
      return ok('DexScreener', `${transport.origin} answers (${status})`);
    return bad(
      'DexScreener',
      'warning',
      `${transport.origin} answers ${status}`,
      'Wait; the service slows down and tries again by itself.',
    );
  } catch (error) {
    return bad(
      'DexScreener',
      'warning',
      `${transport.origin}: ${describeError(error)}`,
      'Check network, DNS and proxy. The service starts all the same and keeps trying.',
    );
  } finally {
    await transport.close();
  }
}
