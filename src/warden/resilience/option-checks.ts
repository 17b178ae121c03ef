/** @throws RangeError that names the option, its value and what is allowed, unless it is a number of at least `least`. */
export function checkAtLeast(option: string, value: number, least: number): void {
  if (typeof value === 'number' && value >= least) return;
  throw new RangeError(`${option} must be a number of at least ${least}, not ${String(value)}`);
}

/** @throws RangeError that names the option, its value and what is allowed, unless it is a number above 0. */
export function checkPositive(option: string, value: number): void {
  if (typeof value === 'number' && value > 0) return;
  throw new RangeError(`${option} must be a number above 0, not ${String(value)}`);
}

/** As {@link checkPositive}; Infinity is refused too, where it would mean a timer that never fires. */
export function checkFinitePositive(option: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${option} must be a finite number above 0, not ${String(value)}`);
}

/** @throws RangeError that names the option, its value and what is allowed, unless it is a whole number of at least `least`. */
export function checkWhole(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${option} must be a whole number of at least ${least}, not ${String(value)}`);
}
