import type { Alert } from './alert.ts';
import type { PipelineContext } from './context.ts';
import type { Silence } from './silence.ts';
import type { AlertChange, AlertSnapshot, ChannelUse, Group, Outgoing } from './store-port.ts';

/** What decisions go by, beside the book. */
type DecidedBy = Pick<PipelineContext, 'now' | 'settings' | 'windows'>;

/** Rows by key, and which of them the store does not have as they are. */
class Table<Row> {
  readonly #rows: Map<string, Row>;
  readonly #changed = new Set<string>();
  readonly #keyOf: (row: Row) => string;
  readonly #onChange: () => void;

  constructor(rows: readonly Row[], keyOf: (row: Row) => string, onChange: () => void) {
    this.#keyOf = keyOf;
    this.#onChange = onChange;
    this.#rows = new Map(rows.map((row) => [keyOf(row), row]));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  put(row: Row): Row {
    const key = this.#keyOf(row);
    this.#rows.set(key, row);
    this.#changed.add(key);
    this.#onChange();
    return row;
  }

  drop(key: string): void {
    if (!this.#rows.delete(key)) return;
    this.#changed.add(key);
    this.#onChange();
  }

  changes(put: (row: Row) => AlertChange, gone: (key: string) => AlertChange): AlertChange[] {
    return Array.from(this.#changed, (key) => {
      const row = this.#rows.get(key);
      return row === undefined ? gone(key) : put(row);
    });
  }

  stored(): void {
    this.#changed.clear();
  }
}

/**
 * All that is known of alerts, groups, silences and the cap, and what of it is still to be stored. What `changes` gave is
 * given again until `stored` says that the store has it, so that a full disk loses nothing.
 */
export class Book {
  readonly installation: string;
  readonly alerts: Table<Alert>;
  readonly groups: Table<Group>;
  readonly silences: Table<Silence>;
  readonly uses: Table<ChannelUse>;
  readonly #members = new Map<string, Set<string>>();
  #notices: number;
  #storedNotices: number;
  #added: AlertChange[] = [];
  #rest: { readonly until: number; readonly by: DecidedBy } | null = null;

  constructor(
    snapshot: Pick<AlertSnapshot, 'installation' | 'notices' | 'alerts' | 'groups' | 'silences' | 'uses'>,
  ) {
    this.installation = snapshot.installation;
    const stir = (): void => {
      this.#rest = null;
    };
    this.alerts = new Table(snapshot.alerts, ({ key }) => key, stir);
    this.groups = new Table(snapshot.groups, ({ key }) => key, stir);
    this.silences = new Table(snapshot.silences, ({ id }) => id, stir);
    this.uses = new Table(snapshot.uses, ({ name }) => name, stir);
    this.#notices = this.#storedNotices = snapshot.notices;
    for (const { key, group } of snapshot.alerts) if (group !== null) this.#join(group, key);
  }

  /** Nothing is due before a time, unless something happens or is decided otherwise. */
  rest(until: number, by: DecidedBy): void {
    this.#rest = { until, by };
  }

  isDue({ now, settings, windows }: DecidedBy): boolean {
    const rest = this.#rest;
    return (
      rest === null ||
      now >= rest.until ||
      // The clock was set back.
      now < rest.by.now ||
      settings !== rest.by.settings ||
      windows.length !== rest.by.windows.length ||
      windows.some(({ id }, index) => rest.by.windows[index]?.id !== id)
    );
  }

  /** Puts an alert, and keeps who is told together. */
  put(alert: Alert): Alert {
    const before = this.alerts.get(alert.key);
    if (before?.group !== alert.group) {
      if (before?.group) this.#leave(before.group, alert.key);
      if (alert.group !== null) this.#join(alert.group, alert.key);
    }
    return this.alerts.put(alert);
  }

  forget({ key, group }: Alert): void {
    if (group !== null) this.#leave(group, key);
    this.alerts.drop(key);
  }

  hasMembers(group: string): boolean {
    return this.#members.has(group);
  }

  membersOf(group: string): readonly Alert[] {
    return Array.from(this.#members.get(group) ?? [], (key) => this.alerts.get(key)).filter(
      (alert) => alert !== undefined,
    );
  }

  useOf(name: string): ChannelUse {
    return (
      this.uses.get(name) ?? { name, sentAt: [], criticalAt: [], held: [], heldSince: null, summaryAt: null }
    );
  }

  nextNotice(): string {
    this.#notices += 1;
    return `${this.installation}-${this.#notices}`;
  }

  send(outgoing: Outgoing): void {
    this.#added.push({ kind: 'outgoing', outgoing });
  }

  began({ key, rule, component, severity }: Alert, at: number): void {
    this.#added.push({ kind: 'start', start: { at, key, rule, component, severity } });
  }

  changes(): readonly AlertChange[] {
    return [
      ...this.alerts.changes(
        (alert) => ({ kind: 'alert', alert }),
        (key) => ({ kind: 'alert.gone', key }),
      ),
      ...this.groups.changes(
        (group) => ({ kind: 'group', group }),
        (key) => ({ kind: 'group.gone', key }),
      ),
      ...this.silences.changes(
        (silence) => ({ kind: 'silence', silence }),
        (id) => ({ kind: 'silence.gone', id }),
      ),
      ...this.uses.changes(
        (use) => ({ kind: 'use', use }),
        // The use of a channel is never forgotten.
        (name) => ({ kind: 'use', use: this.useOf(name) }),
      ),
      ...(this.#notices === this.#storedNotices ? [] : [{ kind: 'notices', count: this.#notices } as const]),
      ...this.#added,
    ];
  }

  stored(): void {
    for (const table of [this.alerts, this.groups, this.silences, this.uses]) table.stored();
    this.#storedNotices = this.#notices;
    this.#added = [];
  }

  #join(group: string, key: string): void {
    const members = this.#members.get(group);
    if (members) members.add(key);
    else this.#members.set(group, new Set([key]));
  }

  #leave(group: string, key: string): void {
    const members = this.#members.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#members.delete(group);
  }
}
