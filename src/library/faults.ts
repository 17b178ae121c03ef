import { MoonwardenError, describeError, type Fault } from '../kernel/index.ts';

/** What is wrong with a value, as the end of a sentence that begins with its name; null when nothing is. */
export type Check = (value: unknown) => string | null;

const shown = (value: unknown): string => {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || value === undefined) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return `a ${typeof value}`;
  }
};

const demand =
  (what: string, isGood: (value: unknown) => boolean): Check =>
  (value) =>
    isGood(value) ? null : `must be ${what}, not ${shown(value)}`;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

export const text = demand('text that is not empty', isText);
export const flag = demand('true or false', (value) => typeof value === 'boolean');
export const number = demand('a number', isFinite);
export const callable = demand('a function', (value) => typeof value === 'function');
export const list = demand('a list', Array.isArray);
export const object = demand('an object', isObject);
export const texts = demand('a list of texts', (value) => Array.isArray(value) && value.every(isText));
export const textOrTexts = demand(
  'a text or a list of texts',
  (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
);
/** What stands in ids, log lines and labels. */
export const name = demand(
  'a name of letters, digits, ".", "_", ":" and "-", a letter or digit first',
  (value) => typeof value === 'string' && /^[A-Za-z0-9][\w.:-]{0,99}$/.test(value),
);
export const ms = (least: number, most = 30 * 86_400_000): Check =>
  demand(
    `a time in ms, from ${least} to ${most}`,
    (value) => isFinite(value) && value >= least && value <= most,
  );
export const wholeFrom = (least: number): Check =>
  demand(`a whole number of at least ${least}`, (value) => Number.isInteger(value) && Number(value) >= least);
export const oneOf = (values: readonly string[]): Check =>
  demand(`one of ${values.join(', ')}`, (value) => typeof value === 'string' && values.includes(value));
/** What either of them takes; the last one says what is wrong. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const faults = checks.map((check) => check(value));
    return faults.includes(null) ? null : (faults.at(-1) ?? null);
  };

/** An object whose fields are checked, and which has no other ones; a field that is undefined counts as left out. */
export function faultsOf(
  given: unknown,
  fields: Readonly<Record<string, Check>>,
  required: readonly string[] = [],
): readonly Fault[] {
  if (!isObject(given)) return [{ path: '', message: object(given) ?? '' }];
  const faults: Fault[] = [];
  for (const field of required)
    if (given[field] === undefined) faults.push({ path: field, message: 'is missing' });
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const message =
      check === undefined ? `is not known here; there are ${Object.keys(fields).join(', ')}` : check(value);
    if (message !== null) faults.push({ path: field, message });
  }
  return faults;
}

/** @throws MoonwardenError OPTIONS_INVALID that names every fault, when there is one. @param what the call, for people. */
export function refuse(what: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const sentences = faults.map(({ path, message }) => (path === '' ? `it ${message}` : `${path} ${message}`));
  throw new MoonwardenError('OPTIONS_INVALID', `${what}: ${sentences.join('; ')}.`, { faults });
}

/** @throws MoonwardenError OPTIONS_INVALID instead of the RangeError of a part. */
export function translated<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof MoonwardenError) throw error;
    const message = describeError(error).replace(/\.+$/, '');
    throw new MoonwardenError('OPTIONS_INVALID', `${what}: ${message}.`, {
      faults: [{ path: '', message }],
      cause: error,
    });
  }
}
