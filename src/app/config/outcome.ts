import type { ConfigChange, ConfigResult, ConfigVia, JournalDraft } from '../../contract/index.ts';
import type { Fault, Logger } from '../../kernel/index.ts';
import type { ChangedSetting } from '../../warden/config/index.ts';
import { redact } from '../log/redact.ts';

/** Who brings a configuration, and why. */
export interface ConfigAsked {
  readonly via: ConfigVia;
  readonly who: string | null;
  readonly why: string | null;
}

/** What became of a configuration that was looked at. */
export type ConfigOutcome =
  | {
      readonly kind: 'changed';
      readonly asked: ConfigAsked;
      readonly hash: string;
      readonly changes: readonly ChangedSetting[];
    }
  | { readonly kind: 'unchanged'; readonly asked: ConfigAsked; readonly hash: string }
  | {
      readonly kind: 'refused';
      readonly asked: ConfigAsked;
      readonly file: string | null;
      readonly reason: string;
      readonly faults: readonly Fault[];
    };

const LONGEST = 2_000;
const MOST_FAULTS = 50;

/** A value for people: without secrets, and not longer than a journal should hold. Pure. */
export function shownValue(path: string, value: unknown): unknown {
  const key = path.slice(path.indexOf('.') + 1);
  const clean = Object.values(redact({ [key]: value ?? null }) as object)[0] as unknown;
  const text = JSON.stringify(clean);
  return text.length <= LONGEST ? clean : `${text.slice(0, LONGEST)}... (${text.length} characters)`;
}

/** The changes as they are told. Pure. */
const shownChanges = (changes: readonly ChangedSetting[]): ConfigChange[] =>
  changes.map(({ path, from, to, live }) => ({
    path,
    from: shownValue(path, from),
    to: shownValue(path, to),
    live,
  }));

/** What a change came to, in one sentence. Pure. */
function sentenceOfChanges(changes: readonly ChangedSetting[]): string {
  if (changes.length === 0) return 'Nothing has changed.';
  const names = changes.slice(0, 5).map(({ path }) => path);
  const more = changes.length > names.length ? ` and ${changes.length - names.length} more` : '';
  const waiting = changes.filter(({ live }) => !live).length;
  const when =
    waiting === 0
      ? 'in force now'
      : waiting === changes.length
        ? 'waits for the next start'
        : `in force now, but for ${waiting} that ${waiting === 1 ? 'waits' : 'wait'} for the next start`;
  return `Changed: ${names.join(', ')}${more} (${when}).`;
}

/** The answer to who asked for a change. Pure. */
export const resultOf = (hash: string, changes: readonly ChangedSetting[]): ConfigResult => ({
  hash,
  changes: shownChanges(changes),
  sentence: sentenceOfChanges(changes),
});

const BY: Readonly<Record<ConfigVia, string>> = {
  start: 'since the last start',
  file: 'by its file',
  signal: 'by its file, on SIGHUP',
  api: 'by request',
};

/** What the journal is told; nothing when nothing has changed. Pure. */
export function entryOf(outcome: ConfigOutcome, at: number): JournalDraft | null {
  switch (outcome.kind) {
    case 'unchanged':
      return null;
    case 'changed': {
      const { hash, changes, asked } = outcome;
      const who = asked.via === 'api' && asked.who !== null ? `by ${asked.who}` : BY[asked.via];
      return {
        type: 'config.changed',
        at,
        subject: null,
        reason: `The configuration changed ${who}. ${sentenceOfChanges(changes)}${asked.why === null ? '' : ` Why: ${asked.why}`}`,
        data: { hash, ...asked, changes: shownChanges(changes) },
      };
    }
    case 'refused': {
      const { asked, file, reason, faults } = outcome;
      const [first] = faults;
      const where = first ? ` First: ${first.path}: ${first.message}.` : '';
      return {
        type: 'config.refused',
        at,
        subject: file,
        reason: `The configuration was not taken, and the one in force stays: ${reason}.${where}`,
        data: { via: asked.via, faults: faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault })) },
      };
    }
  }
}

/** Says in the log what became of a configuration. */
export function logOutcome(log: Logger, outcome: ConfigOutcome): void {
  const { via, who } = outcome.asked;
  switch (outcome.kind) {
    case 'unchanged':
      log[via === 'file' ? 'debug' : 'info']('The configuration was read again; nothing has changed.', {
        via,
      });
      return;
    case 'changed':
      for (const { path, from, to, live } of shownChanges(outcome.changes))
        log.info(live ? 'A setting has changed.' : 'A setting has changed; it acts at the next start.', {
          path,
          from,
          to,
          via,
          who,
        });
      return;
    case 'refused':
      log.error('The new configuration is not valid; the one in force stays.', {
        via,
        cause: outcome.reason,
        faults: outcome.faults.slice(0, MOST_FAULTS),
      });
  }
}
