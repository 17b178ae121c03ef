import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import { advance } from './advance.ts';
import { alertKey, stepped, type Alert, type AlertReport } from './alert.ts';
import { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import type { Matcher } from './match.ts';
import type { AlertSettings } from './settings.ts';
import type { Silence } from './silence.ts';
import type { Explains } from './stages/inhibit.ts';
import { nextEscalation } from './stages/escalate.ts';
import type { AlertStore, Outgoing, Start } from './store-port.ts';
import { lookAt, take as takeOver, type AlertEvent } from './take.ts';
import { clockTime } from './when.ts';

/** Options of {@link createAlerts}. */
export interface AlertsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: AlertStore;
  /** Asked for at each turn, so that a change of the configuration acts at the next one. */
  readonly settings: () => AlertSettings;
  readonly explains: Explains;
  /** Maintenance windows that are open at a time. */
  readonly windows?: ((now: number) => readonly Silence[]) | undefined;
  readonly incidentOf?: PipelineContext['incidentOf'] | undefined;
  /** Takes over notices that are stored. */
  readonly send: (outgoing: readonly Outgoing[]) => void;
  /** Time between turns in which nothing happens, in ms. */
  readonly turnMs?: number | undefined;
}

/** Somebody asks not to hear of something for a while. */
export interface SilenceRequest {
  readonly kind: 'silence' | 'maintenance';
  readonly match: Matcher;
  readonly forMs: number;
  readonly by: string;
  readonly why?: string | null | undefined;
  readonly adjust?: number | null | undefined;
}

/** Alerts of a service: what is there, who has it in hand, what is silent, and how each came to be told or not. */
export interface Alerts {
  start(): void;
  stop(): Promise<void>;
  /** Takes over what happened. When it returns, it is stored. @throws MoonwardenError STORE_FULL, STORE_FAILED: nothing is lost, the next turn stores it. */
  take(events: readonly AlertEvent[]): void;
  /** All that are there, and those that ended within the last hour. */
  list(): readonly Alert[];
  /** By id, by key, or by the beginning of an id that only one has. */
  find(id: string): Alert | undefined;
  /** @throws MoonwardenError NOT_FOUND, REQUEST_INVALID when it is over. */
  ack(
    id: string,
    by: string,
    options?: { readonly forMs?: number | undefined; readonly why?: string | undefined },
  ): Alert;
  /** Takes an acknowledgement back. @throws MoonwardenError NOT_FOUND */
  unack(id: string, by: string): Alert;
  silence(request: SilenceRequest): Silence;
  /** Ends a silence now. @throws MoonwardenError NOT_FOUND */
  endSilence(id: string, by: string): Silence;
  silences(): readonly Silence[];
  starts(since: number): readonly Start[];
}

const TURN_MS = 1_000;
/** How long a silence or a maintenance lasts at the most, in ms: one that does not end is forgotten. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { clock, log, store, explains } = options;
  const book = new Book(store.snapshot());
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isFailing = false;

  const context = (): PipelineContext => {
    const now = clock.now();
    return {
      settings: options.settings(),
      explains,
      windows: options.windows?.(now) ?? [],
      incidentOf: options.incidentOf ?? (() => null),
      now,
    };
  };

  /** Stores what the book has, and then, not before, sends what is to be sent. */
  const commit = (): void => {
    const changes = book.changes();
    if (changes.length === 0) return;
    try {
      store.commit(changes);
    } catch (error) {
      if (!isFailing)
        log.error('Alerts cannot be stored; they are tried again each second.', {
          cause: describeError(error),
        });
      isFailing = true;
      throw error;
    }
    if (isFailing) log.info('Alerts are stored again.');
    isFailing = false;
    book.stored();
    const outgoing = changes.flatMap((change) => (change.kind === 'outgoing' ? [change.outgoing] : []));
    if (outgoing.length > 0) options.send(outgoing);
  };

  const turn = (): void => {
    advance(book, [], context());
    commit();
  };

  const find = (id: string): Alert | undefined => {
    const all = [...book.alerts.values()];
    const exact = all.find((alert) => alert.id === id || alert.key === id);
    if (exact) return exact;
    const some = id.length >= 3 ? all.filter((alert) => alert.id.startsWith(id)) : [];
    return some.length === 1 ? some[0] : undefined;
  };
  const known = (id: string): Alert => {
    const alert = find(id);
    if (!alert)
      throw new MoonwardenError('NOT_FOUND', `there is no alert ${id}; \`moonwarden alerts\` lists them`);
    return alert;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        turn();
      } catch (error) {
        if (!isFailing)
          log.critical('A turn of the alerts broke off; the next one tries again.', {
            cause: describeError(error),
          });
      }
      await clock.sleep(options.turnMs ?? TURN_MS, stopping.signal).catch(() => undefined);
    }
  };

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
      try {
        commit();
      } catch {
        // It was said when it began to fail.
      }
    },
    take(events) {
      // What is to be told of it is seen to by the next turn, for all that came meanwhile at once.
      takeOver(book, events, context());
      commit();
    },
    list: () => [...book.alerts.values()],
    find,
    ack(id, by, { forMs, why } = {}) {
      const alert = known(id);
      if (alert.endedAt !== null)
        throw new MoonwardenError('REQUEST_INVALID', `${alert.id} is over since ${clockTime(alert.endedAt)}`);
      const now = clock.now();
      const until = now + (forMs ?? options.settings().ackMs);
      const taken: Alert = stepped(
        { ...alert, ack: { by, at: now, until, why: why ?? null }, escalation: null },
        {
          at: now,
          stage: 'escalation',
          outcome: 'waits',
          why: `${by} has it in hand until ${clockTime(until)}.`,
        },
      );
      book.put(taken);
      commit();
      return taken;
    },
    unack(id, by) {
      const alert = known(id);
      const now = clock.now();
      const { settings } = context();
      const told = alert.told && { ...alert.told, firstAt: now };
      const free: Alert = { ...alert, ack: null, told, escalation: null };
      const after = stepped(
        { ...free, escalation: nextEscalation(free, settings.escalations, now) },
        { at: now, stage: 'escalation', outcome: 'moved on', why: `${by} has given it back.` },
      );
      book.put(after);
      commit();
      return after;
    },
    silence({ kind, match, forMs, by, why = null, adjust = null }) {
      if (!(forMs > 0 && forMs <= LONGEST_SILENCE_MS))
        throw new MoonwardenError(
          'REQUEST_INVALID',
          'a silence lasts longer than nothing, and at most 30 days',
        );
      const now = clock.now();
      const taken = new Set([...book.silences.values()].map(({ id }) => id));
      const letter = kind === 'silence' ? 's' : 'm';
      let number = 1;
      while (taken.has(`${letter}${number}`)) number += 1;
      const silence: Silence = {
        ...{ id: `${letter}${number}`, kind, match, by, why, adjust },
        startsAt: now,
        endsAt: now + forMs,
        reminded: false,
      };
      book.silences.put(silence);
      commit();
      return silence;
    },
    endSilence(id, by) {
      const silence = book.silences.get(id);
      if (!silence)
        throw new MoonwardenError(
          'NOT_FOUND',
          `there is no silence ${id}; \`moonwarden silence list\` lists them`,
        );
      book.silences.drop(id);
      // What it held is looked at again at once.
      for (const { key } of [...book.groups.values()])
        if (book.membersOf(key).some(({ endedAt, told }) => endedAt === null && told?.firing !== true))
          lookAt(book, key, clock.now());
      log.info('A silence was ended.', { silence: id, by });
      commit();
      return silence;
    },
    silences: () => [...book.silences.values(), ...context().windows],
    starts: (since) => store.starts(since),
  };
}

/** Key of a report, to end it by. */
export const keyOfReport = ({ rule, labels }: Pick<AlertReport, 'rule' | 'labels'>): string =>
  alertKey(rule, labels);
