const fault = (option: string, value: unknown, allowed: string): RangeError =>
  new RangeError(`${option} must be ${allowed}, not ${String(value)}`);

/** What a number may be. Both ends belong to the range. */
export interface NumberRange {
  readonly least: number;
  /** Default: no end, but finite. */
  readonly most?: number;
  readonly integer?: boolean;
}

/**
 * Checks an option that is a number.
 * @throws RangeError that names the option, its value and what is allowed, as all checks here.
 */
export function requireNumber(option: string, value: number, { least, most, integer }: NumberRange): number {
  const ok =
    value >= least && value <= (most ?? Number.MAX_VALUE) && (integer !== true || Number.isInteger(value));
  if (ok) return value;
  const kind = integer === true ? 'a whole number' : 'a number';
  throw fault(
    option,
    value,
    `${kind} ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`,
  );
}

/** @throws RangeError when `value` is not a whole number from `least` to `most`. */
export const wholeNumber = (option: string, value: number, least: number, most: number): number =>
  requireNumber(option, value, { least, most, integer: true });

/** @throws RangeError when `value` is not a number of at least `least`; `Infinity` is one. */
export function checkAtLeast(option: string, value: number, least: number): void {
  if (!(typeof value === 'number' && value >= least))
    throw fault(option, value, `a number of at least ${least}`);
}

/** As {@link checkAtLeast}, and up to `max`. */
export function demandNumber(option: string, value: number, min: number, max = Infinity): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw fault(option, value, `a number ${max === Infinity ? `at least ${min}` : `from ${min} to ${max}`}`);
}

/** @throws RangeError when `value` is not a number above 0; `Infinity` is one. */
export function checkPositive(option: string, value: number): void {
  if (!(typeof value === 'number' && value > 0)) throw fault(option, value, 'a number above 0');
}

/** As {@link checkPositive}; Infinity is refused too, where it would mean a timer that never fires. */
export function checkFinitePositive(option: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw fault(option, value, 'a finite number above 0');
}

/** @throws RangeError when `value` is not a finite number above 0. */
export function positiveMs(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw fault(option, value, 'a number of milliseconds above 0');
}

/** @throws RangeError when `value` is not a number from 0 on; `Infinity` is one. */
export function waitMs(option: string, value: number): number {
  if (value >= 0) return value;
  throw fault(option, value, 'a number of milliseconds from 0 on');
}

/** @throws RangeError when `value` is not a share from `least` to 1. */
export function shareFrom(least: number, option: string, value: number): number {
  if (value >= least && value <= 1) return value;
  throw fault(option, value, `a share from ${least} to 1`);
}

/** What is given, on top of `base`. `{ x: undefined }` means what the base says. */
export function overlay<T extends object>(
  base: T,
  given: { readonly [Key in keyof T]?: T[Key] | undefined },
): T {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(defined) as Partial<T>) };
}

/** `options` over `defaults`; what is absent or undefined falls to the default. */
export function withDefaults<Defaults extends object>(
  options: { readonly [Key in keyof Defaults]?: Defaults[Key] | undefined },
  defaults: Defaults,
): Defaults {
  const merged = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof Defaults)[]) {
    const given = options[key];
    if (given !== undefined) merged[key] = given;
  }
  return merged;
}
