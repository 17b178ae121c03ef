/** Limits that keep recovery from becoming the disturbance. Times in ms. */
export interface RecoverySettings {
  /** `observe` says what would be done, and does nothing by itself. */
  readonly mode: 'act' | 'observe';
  /** Between two tries for the same condition. */
  readonly cooldownMs: number;
  /** Tries in any hour, all together. */
  readonly perHour: number;
  /** Restarts of the process among them. */
  readonly hardPerHour: number;
  /** After the start, in which what is wrong may come right by itself. */
  readonly graceMs: number;
  /** A condition that has been gone for so long begins at the foot of the ladder again. */
  readonly quietMs: number;
  /** So many components critical at once begin at `hard`. */
  readonly severalCritical: number;
}

export const recoveryDefaults: RecoverySettings = {
  mode: 'act',
  cooldownMs: 5 * 60_000,
  perHour: 5,
  hardPerHour: 3,
  graceMs: 30_000,
  quietMs: 10 * 60_000,
  severalCritical: 3,
};
