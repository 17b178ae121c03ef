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

/** @throws RangeError that names what is wrong, unless `value` is a number of at least `min` (and at most `max`). */
export function demandNumber(name: string, value: number, min: number, max = Infinity): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  const allowed = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
  throw new RangeError(`${name} must be a number ${allowed}, not ${String(value)}`);
}
