import { base58 } from '@scure/base';
import { createRandom, type Fault } from '../../kernel/index.ts';
import type { World, WorldMark, WorldPool, WorldTokenInput } from './world-schema.ts';

/** A pool that is the same from mark to mark. */
export interface PlacedPool {
  readonly id: string;
  readonly address: string;
  /** In ms since the start of the world. */
  readonly createdMs: number;
  readonly pool: WorldPool;
}

export interface PlacedMark extends Pick<WorldMark, 'at' | 'ramp'> {
  readonly pools: readonly PlacedPool[];
}

/** A token of a world, with everything that was left out filled in. */
export interface WorldToken {
  readonly id: string;
  readonly mint: string;
  readonly symbol: string;
  readonly name: string;
  readonly discovered: WorldTokenInput['discovered'];
  readonly life: readonly PlacedMark[];
}

/** The tokens of a world; or what is wrong with how they name each other. */
export function placeTokens(world: World): { tokens: readonly WorldToken[]; faults: readonly Fault[] } {
  const tokens = world.tokens.flatMap(placeToken);
  const faults: Fault[] = [];
  const ids = new Set<string>();
  const mints = new Set<string>();
  for (const { id, mint } of tokens) {
    if (ids.has(id))
      faults.push({ path: 'tokens', message: `two tokens are called ${id}: give one an "id"` });
    if (mints.has(mint)) faults.push({ path: 'tokens', message: `two tokens have the mint ${mint}` });
    ids.add(id);
    mints.add(mint);
  }
  world.faults.forEach(({ tokens: named = [] }, index) => {
    named.forEach((name, place) => {
      if (findTokens(tokens, name).length === 0)
        faults.push({ path: `faults[${index}].tokens[${place}]`, message: `there is no token ${name}` });
    });
  });
  return { tokens, faults };
}

/** The tokens that a name means: an id, a mint, or all whose id begins as `NAME*` does. */
export function findTokens<T extends Pick<WorldToken, 'id' | 'mint'>>(
  tokens: readonly T[],
  name: string,
): readonly T[] {
  return name.endsWith('*')
    ? tokens.filter(({ id }) => id.startsWith(name.slice(0, -1)))
    : tokens.filter(({ id, mint }) => id === name || mint === name);
}

function placeToken(input: WorldTokenInput): WorldToken[] {
  return Array.from({ length: input.count }, (_, index): WorldToken => {
    const own = input.id ?? input.symbol;
    const id = input.count === 1 ? own : `${own}-${index + 1}`;
    const symbol = input.count === 1 ? input.symbol : `${input.symbol}-${index + 1}`;
    return {
      id,
      symbol,
      name: input.name ?? symbol,
      mint: input.mint ?? addressOf(`token/${id}`),
      discovered: input.discovered,
      life: placeLife(id, input.life),
    };
  });
}

function placeLife(token: string, life: readonly WorldMark[]): PlacedMark[] {
  const firstSeenMs = new Map<string, number>();
  return life.map(({ at, ramp, pools }) => {
    const seen = new Map<string, number>();
    return {
      at,
      ramp,
      pools: pools.map((pool): PlacedPool => {
        const usual =
          pool.id ?? `${pool.dex}/${typeof pool.quote === 'string' ? pool.quote : pool.quote.symbol}`;
        const number = (seen.get(usual) ?? 0) + 1;
        seen.set(usual, number);
        const id = number === 1 ? usual : `${usual}#${number}`;
        const createdMs = pool.created ?? firstSeenMs.get(id) ?? at;
        firstSeenMs.set(id, createdMs);
        return { id, pool, createdMs, address: addressOf(`pool/${token}/${id}`) };
      }),
    };
  });
}

/** An address that follows from a name. */
export function addressOf(name: string): string {
  const random = createRandom(`world/${name}`);
  const bytes = Uint8Array.from({ length: 32 }, () => random.integer(0, 255));
  bytes[0] = random.integer(1, 250);
  return base58.encode(bytes);
}
