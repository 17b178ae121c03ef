/** A seeded source of chance. The same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A uniform integer in [min, max], both inclusive. */
  integer(min: number, max: number): number;
  /** Normally distributed with mean 0 and standard deviation 1 (Box-Muller transform). */
  normal(): number;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** An independent source that depends only on this source's seed and `name`, not on how much was drawn. */
  fork(name: string): Random;
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded by hashing the seed with FNV-1a. Not for secrets: see `kernel/ids`.
 */
export function createRandom(seed: number | string): Random {
  const seedText = String(seed);
  let a = hash(`${seedText}/a`);
  let b = hash(`${seedText}/b`);
  let c = hash(`${seedText}/c`);
  let counter = 1;

  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();

  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    fork: (name) => createRandom(`${seedText}/${name}`),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}
