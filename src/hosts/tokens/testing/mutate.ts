import type { Random } from '../../../kernel/index.ts';

/** Stands in the tree for JSON that `JSON.stringify` cannot write: put between the marks, it is written as it is. */
const RAW = ['\u0001', '\u0002'] as const;
const raw = (json: string): string => `${RAW[0]}${json}${RAW[1]}`;

const NUMBERS: readonly unknown[] = [
  0,
  -0,
  -1,
  -1e-9,
  1e308,
  -1e308,
  5e-324,
  9e15,
  2 ** 53 + 2,
  0.1 + 0.2,
  raw('1e999'),
  raw('-1e999'),
  raw('123456789012345678901234567890'),
  raw('1E-400'),
  raw('-0.0'),
];
const TEXTS: readonly unknown[] = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-1',
  '12',
  '0x10',
  '1,5',
  '١٢',
  '$🚀`_*[',
  '\u0000',
  '\ud800',
  '‮abc',
  'Z̸̡̛'.repeat(40),
  'solana',
  'SOL',
  'pumpswap',
  'raydium',
  'x'.repeat(3_000),
  'So11111111111111111111111111111111111111112',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
];
const OTHERS: readonly unknown[] = [
  null,
  true,
  false,
  [],
  [[]],
  {},
  [null],
  { usd: -1 },
  { m5: { buys: -1 } },
  { toString: 1 },
];
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];
const DEEP = 500;

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;
const setOwn = (holder: Tree, key: string, value: unknown): void => {
  // An assignment to `__proto__` would set the prototype and leave no key.
  Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true });
};

function nested(value: unknown): unknown {
  let result = value;
  for (let depth = 0; depth < DEEP; depth++) result = depth % 2 === 0 ? [result] : { pairs: result };
  return result;
}

/** Ways to spoil one entry of an object or a list. */
const SPOIL: readonly ((holder: Tree, key: string, random: Random) => void)[] = [
  (holder, key) =>
    Array.isArray(holder) ? void holder.splice(Number(key), 1) : void Reflect.deleteProperty(holder, key),
  (holder, key) => {
    setOwn(holder, key, null);
  },
  (holder, key, random) => {
    setOwn(holder, key, random.pick(NUMBERS));
  },
  (holder, key, random) => {
    setOwn(holder, key, random.pick(TEXTS));
  },
  (holder, key, random) => {
    setOwn(holder, key, structuredClone(random.pick(OTHERS)));
  },
  (holder, key) => {
    setOwn(holder, key, [holder[key]]);
  },
  (holder, key) => {
    setOwn(holder, key, nested(holder[key]));
  },
  (holder, key, random) => {
    if (!Array.isArray(holder)) setOwn(holder, random.pick(PROTOTYPE_KEYS), structuredClone(holder[key]));
  },
  (holder, key, random) => {
    if (typeof holder[key] === 'number') setOwn(holder, key, String(holder[key]));
    else if (typeof holder[key] === 'string')
      setOwn(holder, key, Number(holder[key]) || random.integer(-9, 9));
  },
  (holder, key, random) => {
    const value = holder[key];
    if (typeof value === 'number') setOwn(holder, key, value * 10 ** random.integer(-12, 300));
  },
  (holder, key) => {
    if (Array.isArray(holder)) holder.push(structuredClone(holder[key]));
  },
  (holder, key, random) => {
    setOwn(holder, key, structuredClone(holder[random.pick(Object.keys(holder))]));
  },
];

/** Goes down a random path and spoils what it comes to. */
function spoilOnce(root: unknown, random: Random): void {
  let at: unknown = root;
  for (let depth = 0; depth < 6 && isTree(at); depth++) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = random.pick(keys);
    const child: unknown = at[key];
    // Most of what is worth spoiling lies deep.
    if (isTree(child) && random.next() < 0.9) at = child;
    else {
      random.pick(SPOIL)(at, key, random);
      return;
    }
  }
}

function spoilBytes(text: string, random: Random): string {
  const at = random.integer(0, Math.max(0, text.length - 1));
  switch (random.integer(0, 3)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(random.integer(0, 0x2fff)) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + random.pick(['"', '}', ',', '1', '\\', '-']) + text.slice(at);
    default:
      return text.slice(0, at) + text.slice(Math.min(text.length, at + random.integer(1, 40)));
  }
}

/** JSON text of a value with some faults in its structure, and in one of six also in its text. */
export function mutateJson(value: unknown, random: Random): string {
  const root = { root: structuredClone(value) };
  for (let left = random.integer(0, 6); left > 0; left--) spoilOnce(root.root, random);
  if (random.next() < 0.03) spoilOnce(root, random);
  const text = (JSON.stringify(root.root) as string | undefined) ?? '';
  const written = text.replaceAll(/"\\u0001(.*?)\\u0002"/g, '$1');
  return random.next() < 1 / 6 ? spoilBytes(written, random) : written;
}
