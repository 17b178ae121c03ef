/** What a number may be. Both ends belong to the range. */
export interface NumberRange {
  readonly least: number;
  /** Default: no end, but finite. */
  readonly most?: number;
  readonly integer?: boolean;
}

/**
 * Checks an option that is a number.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function requireNumber(option: string, value: number, { least, most, integer }: NumberRange): void {
  const ok =
    value >= least && value <= (most ?? Number.MAX_VALUE) && (integer !== true || Number.isInteger(value));
  if (ok) return;
  const kind = integer === true ? 'a whole number' : 'a number';
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${option} must be ${kind} ${range}, not ${String(value)}`);
}
