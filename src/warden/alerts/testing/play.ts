import { advance } from '../advance.ts';
import type { Alert, AlertReport } from '../alert.ts';
import { Book } from '../book.ts';
import type { PipelineContext } from '../context.ts';
import { createMemoryAlertStore } from '../memory-store.ts';
import type { Notice } from '../notice.ts';
import { alertDefaults, type AlertSettings } from '../settings.ts';
import type { Silence } from '../silence.ts';
import type { AlertStore } from '../store-port.ts';
import { keyOfReport } from '../alerts.ts';
import type { AlertEvent } from '../take.ts';

/** A notice as it was put on its way. */
export interface Said {
  /** ms since the beginning of the play. */
  readonly at: number;
  readonly channel: string;
  readonly notice: Notice;
}

/** The pipeline in a time of its own, which only moves when it is told to. */
export interface Play {
  readonly said: readonly Said[];
  readonly store: AlertStore;
  /** ms since the beginning. */
  now(): number;
  /** Lets time pass, a turn a second. */
  pass(ms: number): void;
  /** Hands over events now, with a turn. */
  take(...events: readonly AlertEvent[]): void;
  report(what?: Partial<AlertReport>): void;
  end(what?: Partial<Pick<AlertReport, 'rule' | 'labels'>>, healedBy?: string | null): void;
  silence(what: Partial<Silence>): void;
  alert(what?: Partial<Pick<AlertReport, 'rule' | 'labels'>>): Alert;
  /** All that is known of alerts. */
  all(): readonly Alert[];
  change(alert: Alert): void;
  /** As if the process had been killed: what is not stored is gone. */
  restart(): void;
  /** Kinds of the notices so far. */
  kinds(channel?: string): readonly string[];
}

const START = Date.UTC(2026, 10, 24, 3, 0, 0);

export const reportOf = (what: Partial<AlertReport> = {}): AlertReport => ({
  rule: 'store.slow',
  labels: {},
  component: 'store',
  kind: 'database',
  severity: 'warning',
  summary: 'The database is slow: 1.4 s, the limit is 1 s.',
  value: 1.4,
  limit: 1,
  unit: 's',
  startedAt: START,
  endsAt: null,
  nextSteps: ['Look at the disk.'],
  runbook: null,
  ...what,
});

export function play(
  settings: Partial<AlertSettings> = {},
  parts: Partial<Pick<PipelineContext, 'explains' | 'windows'>> = {},
): Play {
  const all: AlertSettings = {
    ...alertDefaults,
    routes: [{ match: { severity: 'warning' }, channels: ['phone'] }],
    escalations: [],
    ...settings,
  };
  const store = createMemoryAlertStore('t');
  const said: Said[] = [];
  let book = new Book(store.snapshot());
  let now = START;
  const context = (): PipelineContext => ({
    settings: all,
    explains: parts.explains ?? (() => false),
    windows: parts.windows ?? [],
    incidentOf: () => null,
    now,
  });
  const turn = (events: readonly AlertEvent[]): void => {
    advance(book, events, context());
    const changes = book.changes();
    store.commit(changes);
    book.stored();
    for (const change of changes)
      if (change.kind === 'outgoing')
        said.push({ at: now - START, channel: change.outgoing.channel, notice: change.outgoing.notice });
  };
  const keyOf = ({
    rule = 'store.slow',
    labels = {},
  }: Partial<Pick<AlertReport, 'rule' | 'labels'>> = {}): string => keyOfReport({ rule, labels });
  return {
    said,
    store,
    now: () => now - START,
    pass(ms) {
      const end = now + ms;
      while (now < end) {
        now = Math.min(end, now + 1_000);
        turn([]);
      }
    },
    take(...events) {
      turn(events);
    },
    report(what = {}) {
      turn([{ kind: 'report', report: reportOf({ startedAt: now, ...what }) }]);
    },
    end(what = {}, healedBy = null) {
      turn([{ kind: 'end', key: keyOf(what), at: now, healedBy, why: 'It is over.' }]);
    },
    silence(what) {
      book.silences.put({
        ...{
          id: 's1',
          kind: 'silence',
          match: {},
          startsAt: now,
          endsAt: now + 3_600_000,
          by: 'ann',
          why: null,
        },
        ...{ adjust: null, reminded: false },
        ...what,
      });
    },
    alert(what) {
      const alert = book.alerts.get(keyOf(what));
      if (!alert) throw new Error(`there is no alert ${keyOf(what)}`);
      return alert;
    },
    all: () => [...book.alerts.values()],
    change(alert) {
      book.put(alert);
    },
    restart() {
      book = new Book(store.snapshot());
    },
    kinds: (channel = 'phone') =>
      said.filter((one) => one.channel === channel).map(({ notice }) => notice.kind),
  };
}
