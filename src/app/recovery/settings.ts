import { z } from 'zod';
import {
  defineSection,
  duration,
  field,
  flag,
  integer,
  live,
  type SettingsOf,
} from '../../warden/config/index.ts';
import { recoveryDefaults, type RecoverySettings } from '../../warden/recovery/index.ts';

/** How the service heals itself, and how often it may try. */
export const recoverySection = defineSection({
  name: 'recovery',
  about: 'How the service heals itself, and how often it may try ([recovery](recovery.md)).',
  fields: {
    mode: live(
      field(
        z.enum(['act', 'observe']),
        recoveryDefaults.mode,
        '`observe` says what it would do, and does nothing.',
      ),
    ),
    cooldownMs: live(
      field(
        duration({ minMs: 10_000, maxMs: 86_400_000 }),
        '5m',
        'Time between two tries for the same condition.',
      ),
    ),
    perHour: live(
      field(integer({ min: 1, max: 60 }), recoveryDefaults.perHour, 'Tries in any hour, all together.'),
    ),
    restartsPerHour: live(
      field(
        integer({ min: 0, max: 20 }),
        recoveryDefaults.hardPerHour,
        'Restarts of the process in any hour.',
      ),
    ),
    graceMs: live(
      field(
        duration({ minMs: 0, maxMs: 3_600_000 }),
        '30s',
        'After the start nothing is recovered for so long: much comes right by itself.',
      ),
    ),
    supervised: live(
      field(
        flag(),
        false,
        'Something (systemd, a container, the guardian) starts the process again when it ends with exit code 75. Only then the service restarts itself.',
      ),
    ),
  },
});
export type RecoveryConfig = SettingsOf<typeof recoverySection>;

/** Why the process is not restarted. */
const ALONE =
  'A restart of the process could help, and nothing would start it again (`recovery.supervised` is off), so it stays up.';

/** What the control loop needs of the settings, as they are at the moment. */
export const wardenRecovery = (
  settings: () => RecoveryConfig,
): { readonly recovery: () => Partial<RecoverySettings>; readonly noRestart: () => string | null } => ({
  recovery() {
    const { mode, cooldownMs, perHour, restartsPerHour, graceMs } = settings();
    return { mode, cooldownMs, perHour, hardPerHour: restartsPerHour, graceMs };
  },
  noRestart: () => (settings().supervised ? null : ALONE),
});
