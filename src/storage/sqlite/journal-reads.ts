import type { JournalEntry, JournalPage, JournalQuery } from '../../contract/index.ts';
import type { Database } from './database.ts';
import type { JournalTable } from './tables.ts';

/** Reads of the journal. */
export interface JournalReads {
  page(query: JournalQuery): JournalPage;
  /** Entries after `seq`, oldest first. Samples are left out: they are measurements, not events. */
  after(seq: number, limit: number): readonly JournalEntry[];
  lastSeq(): number;
  /** The entries of one type since a moment, oldest first. */
  since(type: JournalEntry['type'], at: number): readonly JournalEntry[];
}

export function createJournalReads(database: Database): JournalReads {
  const page = database.prepare(`
    SELECT * FROM journal
    WHERE seq < ? AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR type = ?3) AND (type <> 'samples' OR ?3 = 'samples')
    ORDER BY seq DESC LIMIT ?4`);
  const bySubject = database.prepare(`
    SELECT * FROM journal WHERE subject = ?2 AND seq < ?1 AND (?3 IS NULL OR type = ?3) ORDER BY seq DESC LIMIT ?4`);
  const after = database.prepare(
    "SELECT * FROM journal WHERE seq > ? AND type <> 'samples' ORDER BY seq LIMIT ?",
  );
  const last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'journal'");
  const since = database.prepare('SELECT * FROM journal WHERE type = ? AND at >= ? ORDER BY seq');

  return {
    page({ before, subject, type, limit }) {
      const statement = subject === undefined ? page : bySubject;
      const rows = statement.all(before ?? Number.MAX_SAFE_INTEGER, subject ?? null, type ?? null, limit + 1);
      const items = rows.slice(0, limit).map(entryOf);
      return { items, nextBefore: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
    },
    after: (seq, limit) => after.all(seq, limit).map(entryOf),
    lastSeq: () => (last.get() as { seq: number } | undefined)?.seq ?? 0,
    since: (type, at) => since.all(type, at).map(entryOf),
  };
}

function entryOf(row: unknown): JournalEntry {
  const { seq, at, type, subject, reason, data } = row as Omit<JournalTable, 'seq'> & { seq: number };
  return { seq, at, type, subject, reason, data: JSON.parse(data) as unknown } as JournalEntry;
}
