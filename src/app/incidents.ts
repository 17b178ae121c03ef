import type { IncidentDetail, IncidentList, IncidentSummary, JournalEntry } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { Rule } from '../warden/detection/index.ts';
import {
  INCIDENT_TYPES,
  closeEnded,
  foldIncident,
  noIncidents,
  outcomeOf,
  postMortem,
  type Incident,
  type IncidentState,
} from '../warden/incidents/index.ts';

const KNOWN_MS = 7 * 86_400_000;
/** Of more entries than this the newest are read. */
const MOST_ENTRIES = 20_000;

/** Incidents, as the journal tells of them. */
export interface Incidents {
  /** Reads what the journal has of the last seven days. */
  recall(since: (type: JournalEntry['type'], at: number) => readonly JournalEntry[]): void;
  /** Takes over entries that were just stored. */
  add(entries: readonly JournalEntry[]): void;
  list(limit: number): IncidentList;
  /** Undefined for one that is not known. */
  show(id: string): IncidentDetail | undefined;
}

const isOfIncidents = ({ type }: JournalEntry): boolean => INCIDENT_TYPES.some((one) => one === type);

/** @param rules those in force. */
export function createIncidents(clock: Pick<Clock, 'now'>, rules: () => readonly Rule[]): Incidents {
  let state: IncidentState = noIncidents;
  let lastSeq = 0;
  let isRecalled = false;
  let known: { readonly rules: readonly Rule[]; readonly byName: ReadonlyMap<string, Rule> } | undefined;
  const byName = (): ReadonlyMap<string, Rule> => {
    const now = rules();
    if (known?.rules !== now) known = { rules: now, byName: new Map(now.map((rule) => [rule.name, rule])) };
    return known.byName;
  };
  const fold = (entries: readonly JournalEntry[]): void => {
    for (const entry of entries) {
      if (entry.seq <= lastSeq) continue;
      lastSeq = entry.seq;
      state = foldIncident(state, entry, byName());
    }
  };
  const now = (): readonly Incident[] => (state = closeEnded(state, clock.now())).incidents;
  return {
    recall(since) {
      isRecalled = true;
      const from = clock.now() - KNOWN_MS;
      const entries = INCIDENT_TYPES.flatMap((type) => since(type, from));
      fold(entries.toSorted((a, b) => a.seq - b.seq).slice(-MOST_ENTRIES));
    },
    add(entries) {
      // What is stored before that is recalled, too, and in its place.
      if (isRecalled) fold(entries.filter(isOfIncidents));
    },
    list(limit) {
      return { at: clock.now(), items: now().toReversed().slice(0, limit).map(summaryOf) };
    },
    show(id) {
      const incident = now().find((one) => one.id === id);
      if (!incident) return undefined;
      const { timeline, leftOut } = incident;
      return {
        ...summaryOf(incident),
        timeline: timeline.map((happening) => ({ ...happening })),
        leftOut,
        postMortem: postMortem(incident),
      };
    },
  };
}

function summaryOf(incident: Incident): IncidentSummary {
  const { id, title, component, level, openedAt, endedAt, isClosed, healedBy, isManual } = incident;
  return {
    id,
    title,
    component,
    level,
    openedAt,
    endedAt,
    state: isClosed ? 'closed' : endedAt === null ? 'open' : 'ended',
    outcome: outcomeOf(incident),
    healedBy,
    isManual,
    conditions: incident.conditions.map((condition) => ({ ...condition })),
  };
}
