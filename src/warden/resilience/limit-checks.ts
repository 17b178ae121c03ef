const fault = (option: string, value: unknown, allowed: string): RangeError =>
  new RangeError(`${option} must be ${allowed}, not ${String(value)}`);

/** @throws RangeError when `value` is not a whole number from `least` to `most`. */
export function wholeNumber(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw fault(option, value, `a whole number from ${least} to ${most}`);
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

/** @throws RangeError when `value` is not a finite number from `least` to `most`. */
export function numberBetween(option: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw fault(option, value, `a number from ${least} to ${most}`);
}

/** What is given, on top of `base`. `{ x: undefined }` means what the base says. */
export function overlay<T extends object>(
  base: T,
  given: { readonly [Key in keyof T]?: T[Key] | undefined },
): T {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(defined) as Partial<T>) };
}
