import {
  defineSection,
  duration,
  field,
  flag,
  integer,
  live,
  optionalField,
  text,
  type SettingsOf,
} from '../warden/config/index.ts';

const HOUR_MS = 3_600_000;

/** When the database is backed up, and where to. */
export const backupSection = defineSection({
  name: 'backup',
  about: 'Backups of the database, made while the service runs ([database](database.md)).',
  fields: {
    enabled: field(flag(), true, 'Make backups by itself. By hand they can be made anyway.'),
    intervalMs: live(
      field(
        duration({ minMs: HOUR_MS, maxMs: 30 * 24 * HOUR_MS }),
        '1d',
        'Time between two backups, also across restarts.',
      ),
    ),
    keep: live(
      field(
        integer({ min: 1, max: 1_000 }),
        7,
        'So many backups are kept, the newest; those made by hand count.',
      ),
    ),
    folder: optionalField(
      text(),
      'Folder of the backups, for this service alone. Without it: `backups` in the data folder. On another disk they outlive this one.',
    ),
  },
});
export type BackupSettings = SettingsOf<typeof backupSection>;
