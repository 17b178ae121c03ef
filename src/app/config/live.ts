import { statSync } from 'node:fs';
import type { ConfigBody, ConfigReport, ConfigResult } from '../../contract/index.ts';
import { MoonwardenError, describeError, type Clock, type Fault, type Logger } from '../../kernel/index.ts';
import {
  changedSettings,
  prepareSwap,
  readConfigFile,
  type ConfigState,
  type LivePart,
} from '../../warden/config/index.ts';
import type { Probe } from '../../warden/index.ts';
import { SECTIONS, configFile, typedSettings, type Settings } from '../settings.ts';
import { keptFile, keptText } from './kept.ts';
import { loadLayers, pinnedBy, type ConfigLayers } from './layers.ts';
import type { OpenedConfig, Refusal } from './open.ts';
import { logOutcome, resultOf, type ConfigAsked, type ConfigOutcome } from './outcome.ts';
import { configReportOf } from './report.ts';
import { lookAt, watchFile } from './watch-file.ts';

/** The configuration of a service that runs. Changes come one after the other, each as a whole or not at all. */
export interface LiveConfig {
  /** Adds parts that take new settings. To be called before {@link LiveConfig.start}. */
  join(...parts: readonly LivePart<Settings>[]): void;
  /** Is told what becomes of each configuration that is looked at. */
  onOutcome(listener: (outcome: ConfigOutcome) => void): void;
  /** For how long the file has not been in force as it stands, and whether it belongs to somebody else than it did. */
  readonly samples: Probe;
  report(): ConfigReport;
  /** Reads the file again. Never rejects: what is not valid changes nothing. */
  reload(via: 'file' | 'signal'): Promise<void>;
  /** Sets and reverts at run time. @throws MoonwardenError CONFIG_INVALID, FILE_UNWRITABLE; then nothing has changed. */
  change(body: ConfigBody, who: string): Promise<ConfigResult>;
  /** Tells how it began, and looks at the file from now on. */
  start(): void;
  /** Never rejects. */
  stop(): Promise<void>;
}

/** What {@link createLiveConfig} needs. */
export interface LiveConfigPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly opened: OpenedConfig;
  /** Writes a file so that it is there as a whole, or not at all. */
  readonly write: (path: string, content: string) => Promise<void>;
  /** The user that a file belongs to; null when that cannot be told. Default: as the file system says. */
  readonly ownerOf?: (path: string) => number | null;
}

export function createLiveConfig({
  clock,
  log,
  opened,
  write,
  ownerOf = userOf,
}: LiveConfigPorts): LiveConfig {
  const parts: LivePart<Settings>[] = [];
  const listeners: ((outcome: ConfigOutcome) => void)[] = [];
  let { layers } = opened;
  let state: ConfigState = { loaded: opened.loaded, inForce: opened.loaded.settings };
  /** The user that the file belonged to when somebody last vouched for it, by a start or a signal; and the one of now. */
  const owner = { known: ownerIn(opened.path, ownerOf), now: ownerIn(opened.path, ownerOf) };
  let acceptedAt = clock.now();
  let refused: (Refusal & { readonly since: number; readonly sinceMs: number; readonly at: number }) | null =
    null;
  let queue: Promise<unknown> = Promise.resolve();
  let stopWatching: (() => Promise<void>) | undefined;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  };
  const tell = (outcome: ConfigOutcome): void => {
    logOutcome(log, outcome);
    for (const listener of listeners) listener(outcome);
  };
  const refuse = (asked: ConfigAsked, { reason, faults }: Refusal): void => {
    const [at, nowMs] = [clock.now(), clock.monotonic()];
    refused = { reason, faults, since: refused?.since ?? at, sinceMs: refused?.sinceMs ?? nowMs, at };
    tell({ kind: 'refused', asked, file: opened.path, reason, faults });
  };
  const keep = (next: ConfigLayers, hash: string): Promise<void> =>
    write(
      keptFile(opened.folder),
      keptText({ path: opened.path, values: next.file?.values ?? {}, hash, runTime: next.runTime }),
    );
  const keepLater = async (): Promise<void> => {
    await keep(layers, state.loaded.hash).catch((error: unknown) => {
      log.warning('The configuration in force could not be kept as the last good one.', {
        cause: describeError(error),
      });
    });
  };

  /** @throws MoonwardenError; then nothing has changed. */
  const swapTo = async (
    next: ConfigLayers,
    asked: ConfigAsked,
    beforeCommit: (hash: string) => Promise<void>,
  ): Promise<ConfigResult> => {
    const loaded = loadLayers(next);
    const prepared = prepareSwap({
      sections: SECTIONS,
      current: state,
      next: loaded,
      parts,
      read: typedSettings,
    });
    if (!prepared.ok) throw invalid(prepared.faults);
    await beforeCommit(loaded.hash);
    for (const { part, error } of prepared.commit())
      log.critical('A part did not take the configuration, which is in force all the same.', {
        part,
        cause: describeError(error),
      });
    ({ state } = prepared);
    layers = next;
    const { changes } = prepared;
    if (changes.length > 0) acceptedAt = clock.now();
    const { hash } = loaded;
    tell(changes.length > 0 ? { kind: 'changed', asked, hash, changes } : { kind: 'unchanged', asked, hash });
    return resultOf(hash, changes);
  };

  const lookAtOwner = ({ via }: ConfigAsked): void => {
    const before = owner.now;
    owner.now = ownerIn(opened.path, ownerOf);
    if (via === 'signal' || owner.known === null) owner.known = owner.now;
    if (owner.now !== before && isForeign())
      log.warning('The configuration file belongs to another user now.', {
        file: opened.path,
        was: owner.known,
        is: owner.now,
      });
  };
  const isForeign = (): boolean => owner.now !== null && owner.now !== owner.known;

  const readAgain = async (asked: ConfigAsked): Promise<void> => {
    lookAtOwner(asked);
    try {
      // One that was there and is gone is no wish for the defaults.
      const file = layers.file === null ? configFile(opened.choice).file : opened.path;
      const layer = file === null ? null : readConfigFile(file);
      const before = JSON.stringify(layers.file?.values);
      await swapTo({ ...layers, file: layer }, asked, () => Promise.resolve());
      refused = null;
      if (before !== JSON.stringify(layer?.values)) await keepLater();
    } catch (error) {
      const reason = describeError(error);
      const told = error instanceof MoonwardenError ? error.faults : [];
      const whole = [{ path: opened.path ?? 'file', message: reason }];
      refuse(asked, { reason, faults: told.length > 0 ? told : whole });
    }
  };

  const changeTo = async ({ set = {}, revert = [], why }: ConfigBody, who: string): Promise<ConfigResult> => {
    const faults = [
      ...(Array.isArray(revert) ? unknownReverts(layers.runTime, revert) : []),
      ...notPaths(Object.keys(set)),
      ...pinned(layers, Object.keys(set)),
    ];
    if (faults.length > 0) throw invalid(faults);
    const kept = Object.entries(layers.runTime).filter(
      ([path]) => Array.isArray(revert) && !revert.includes(path),
    );
    // Made of entries, so that a path such as `__proto__` is one that nobody knows.
    const runTime = Object.fromEntries([...kept, ...Object.entries(set)]);
    const next = { ...layers, runTime };
    const asked: ConfigAsked = { via: 'api', who, why: why === undefined || why === '' ? null : why };
    return swapTo(next, asked, async (hash) => {
      await keep(next, hash).catch((error: unknown) => {
        throw new MoonwardenError('FILE_UNWRITABLE', `${keptFile(opened.folder)}: ${describeError(error)}`, {
          cause: error,
        });
      });
    });
  };

  return {
    join(...more) {
      parts.push(...more);
    },
    onOutcome(listener) {
      listeners.push(listener);
    },
    samples: () => [
      {
        signal: 'config_refused_s',
        value: refused === null ? 0 : Math.max(0.001, (clock.monotonic() - refused.sinceMs) / 1_000),
      },
      { signal: 'config_owner_changed', value: isForeign() ? 1 : 0 },
    ],
    report() {
      const shown = refused && {
        since: refused.since,
        at: refused.at,
        reason: refused.reason,
        faults: refused.faults.map((fault) => ({ ...fault })),
      };
      const file = layers.file === null ? configFile(opened.choice).file : opened.path;
      return configReportOf(state, opened.loaded, { at: clock.now(), acceptedAt, file, refused: shown });
    },
    reload: (via) => inTurn(() => readAgain({ via, who: null, why: null })),
    change: (body, who) => inTurn(() => changeTo(body, who)),
    start() {
      const asked: ConfigAsked = { via: 'start', who: null, why: null };
      if (opened.refused) refuse(asked, opened.refused);
      else if (opened.kept && opened.kept.hash !== opened.loaded.hash) {
        const { hash } = opened.loaded;
        tell({ kind: 'changed', asked, hash, changes: changesSinceKept(opened) });
      }
      // What was dropped at the start is not to come back, and the first start has nothing kept.
      if (!opened.refused && opened.kept?.hash !== opened.loaded.hash) void inTurn(keepLater);
      const { path } = opened;
      if (path === null) return;
      stopWatching = watchFile({
        clock,
        look: lookAt(path),
        onChange: () => inTurn(() => readAgain({ via: 'file', who: null, why: null })),
      });
    },
    async stop() {
      await stopWatching?.();
      await queue;
    },
  };
}

function userOf(path: string): number | null {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
}

const ownerIn = (path: string | null, ownerOf: (path: string) => number | null): number | null =>
  path === null ? null : ownerOf(path);

function invalid(faults: readonly Fault[]): MoonwardenError {
  const count = faults.length;
  return new MoonwardenError(
    'CONFIG_INVALID',
    `${count} ${count === 1 ? 'value is' : 'values are'} not valid`,
    {
      faults,
    },
  );
}

/** What the layers would skip, or read as a section. */
const notPaths = (paths: readonly string[]): Fault[] =>
  paths
    .filter((path) => !path.includes('.') || path.startsWith('$'))
    .map((path) => ({ path, message: 'is not a setting; write it as section.key, e.g. log.level' }));

function pinned(layers: ConfigLayers, paths: readonly string[]): Fault[] {
  return paths.flatMap((path) => {
    const by = pinnedBy(layers, path);
    return by === null
      ? []
      : [{ path, message: `is fixed by ${by}, which goes before what is set at run time` }];
  });
}

function unknownReverts(runTime: Readonly<Record<string, unknown>>, revert: readonly string[]): Fault[] {
  return revert
    .filter((path) => !Object.hasOwn(runTime, path))
    .map((path) => ({ path, message: 'is not set at run time' }));
}

/** Against what was in force when the service ended; what the environment was then is not known. */
function changesSinceKept({ kept, layers, loaded }: OpenedConfig): ReturnType<typeof changedSettings> {
  if (!kept) return [];
  try {
    const file = { source: 'last good', values: kept.values };
    return changedSettings(SECTIONS, loadLayers({ ...layers, file, runTime: kept.runTime }), loaded);
  } catch {
    return [];
  }
}
