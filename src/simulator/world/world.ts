import { AbortedError, abortable, type Clock } from '../../kernel/index.ts';
import type { DexTransport } from '../../hosts/dexscreener/index.ts';
import { createFaults, spoilAnswer } from './faults.ts';
import { invalid, readJsonFile } from './read-file.ts';
import { placeTokens, type WorldToken } from './tokens.ts';
import { answerOf } from './world-market.ts';
import { worldSchema, type World } from './world-schema.ts';

/** A world that was written by hand, ready to be played. */
export interface LoadedWorld {
  readonly file: string;
  readonly about: string;
  readonly runsMs: number;
  readonly settings: World['settings'];
  readonly tokens: readonly WorldToken[];
  /** Its own way to reach the market in it, whose time begins when this is called. Settles on promises and the clock. */
  open(clock: Clock): DexTransport;
}

/** @throws MoonwardenError FILE_UNREADABLE; WORLD_INVALID with each fault and its path. */
export function loadWorld(file: string): LoadedWorld {
  const world = readJsonFile(file, worldSchema);
  const { tokens, faults } = placeTokens(world);
  if (faults.length > 0) throw invalid(file, faults);
  return {
    file,
    about: world.about,
    runsMs: world.runs,
    settings: world.settings,
    tokens,
    open: (clock) => worldTransport(world, tokens, clock),
  };
}

function worldTransport(world: World, tokens: readonly WorldToken[], clock: Clock): DexTransport {
  const startMs = clock.now();
  const byMint = new Map(tokens.map((token) => [token.mint, token]));
  const faultsOf = createFaults(world.faults, tokens);
  const answer = async (path: string, signal: AbortSignal) => {
    const atMs = clock.now() - startMs;
    const faults = faultsOf(path, atMs);
    for (const { kind, delay } of faults.request) {
      if (kind === 'slow') await clock.sleep(delay, signal);
      if (kind === 'down') throw new Error('connect ECONNREFUSED');
    }
    return faults.request.reduce(
      (spoiled, fault) => spoilAnswer(fault, spoiled),
      answerOf(byMint, path, startMs, atMs, faults),
    );
  };
  return {
    origin: 'a world written by hand',
    async get(path, signal) {
      await Promise.resolve();
      if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
      return abortable(answer(path, signal), signal, `GET ${path}`);
    },
    reset: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
