import type { Clock } from '../../kernel/index.ts';
import type { Database } from './database.ts';
import type { DatabaseWatch } from './database-watch.ts';
import type { Maintenance } from './maintenance.ts';

/** Checks of the whole file. */
export interface IntegrityCheck {
  /** Now. @returns whether the file is sound. */
  check(): Promise<boolean>;
  /** When the last check is a day ago; to be called now and then. */
  checkDaily(): Promise<void>;
}

const INTERVAL_MS = 24 * 3_600_000;
const SOUND_AT = 'found_sound_at';

/** That a file was sound is remembered in it, so that many starts do not put the next check off. */
export function createIntegrityCheck(ports: {
  readonly clock: Clock;
  readonly database: Database;
  readonly worker: Maintenance;
  readonly watch: DatabaseWatch;
  readonly onDamage: (finding: string) => void;
}): IntegrityCheck {
  const { clock, database, worker, watch, onDamage } = ports;
  const note = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const noted = database.prepare('SELECT value FROM meta WHERE key = ?').get(SOUND_AT) as
    { value: string } | undefined;
  if (noted !== undefined) watch.wasSound(Number(noted.value));

  const check = async (): Promise<boolean> => {
    const findings = await watch.checked(() => worker.checkIntegrity());
    if (findings.length > 0) onDamage(findings.join('; '));
    else note.run(SOUND_AT, String(clock.now()));
    return findings.length === 0;
  };

  return {
    check,
    async checkDaily() {
      const sinceMs = clock.now() - (watch.facts().integrity?.at ?? 0);
      // After a clock that was set back nobody knows how long ago it was.
      if (sinceMs < 0 || sinceMs >= INTERVAL_MS) await check();
    },
  };
}
