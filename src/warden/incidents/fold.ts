import type { JournalEntry } from '../../contract/index.ts';
import { componentOf, explains, isGraver, type Level, type Rule } from '../detection/index.ts';
import { JOIN_MS, type Happening, type Incident, type IncidentCondition } from './incident.ts';

/** Incidents as far as the journal has been read. */
export interface IncidentState {
  /** Oldest first. */
  readonly incidents: readonly Incident[];
}

export const noIncidents: IncidentState = { incidents: [] };

/** So many incidents are known, and so many entries of each; of more, those in the middle are left out. */
export const KEPT_INCIDENTS = 200;
const KEPT_BEGINNING = 100;
const KEPT_END = 100;

/** The types of entries that incidents are made of. */
export const INCIDENT_TYPES = [
  'service.started',
  'condition.started',
  'condition.changed',
  'condition.ended',
  'action.taken',
  'action.verified',
  'recovery.waiting',
  'recovery.manual',
] as const satisfies readonly JournalEntry['type'][];

/**
 * What one entry of the journal makes of the incidents: the first condition opens one; what is explained by it, explains it,
 * or starts on the same component within five minutes joins; when all have ended for five minutes it is closed. Entries
 * come in the order of their numbers. Pure.
 * @param rules those in force: they say which condition explains which.
 */
export function foldIncident(
  state: IncidentState,
  entry: JournalEntry,
  rules: ReadonlyMap<string, Rule>,
): IncidentState {
  const { incidents } = closeEnded(state, entry.at);
  switch (entry.type) {
    case 'service.started':
      return { incidents: incidents.map((incident) => restarted(incident, entry)) };
    case 'condition.started':
      return { incidents: start(incidents, entry, rules) };
    case 'condition.changed':
      return { incidents: update(incidents, entry, (incident) => worsened(incident, entry, entry.data.to)) };
    case 'condition.ended':
      return { incidents: update(incidents, entry, (incident) => ended(incident, entry)) };
    case 'action.verified':
      return {
        incidents: update(incidents, entry, (incident) =>
          entry.data.outcome === 'worked' ? { ...incident, healedBy: entry.data.action } : incident,
        ),
      };
    case 'recovery.manual':
      return { incidents: update(incidents, entry, (incident) => ({ ...incident, isManual: true })) };
    case 'action.taken':
    case 'recovery.waiting':
      return { incidents: update(incidents, entry, (incident) => incident) };
    default:
      return { incidents };
  }
}

/** The incidents as they are now: those whose conditions ended long enough ago are closed. Pure. */
export function closeEnded(state: IncidentState, now: number): IncidentState {
  const isOver = ({ isClosed, endedAt }: Incident): boolean =>
    !isClosed && endedAt !== null && now - endedAt >= JOIN_MS;
  if (!state.incidents.some(isOver)) return state;
  return {
    incidents: state.incidents.map((one) => (isOver(one) ? { ...one, isClosed: true } : one)),
  };
}

/** `source.slow` of `source.slow{api=x}`. */
const ruleOf = (id: string): string => id.split('{', 1)[0] ?? id;

const happening = ({ seq, at, type, subject, reason }: JournalEntry): Happening => ({
  seq,
  at,
  type,
  subject,
  reason,
});

function noted(incident: Incident, entry: JournalEntry): Incident {
  const timeline = [...incident.timeline, happening(entry)];
  if (timeline.length <= KEPT_BEGINNING + KEPT_END) return { ...incident, timeline };
  const kept = [...timeline.slice(0, KEPT_BEGINNING), ...timeline.slice(-KEPT_END)];
  return { ...incident, timeline: kept, leftOut: incident.leftOut + 1 };
}

type Started = Extract<JournalEntry, { readonly type: 'condition.started' }>;

function start(
  incidents: readonly Incident[],
  entry: Started,
  rules: ReadonlyMap<string, Rule>,
): readonly Incident[] {
  const id = entry.subject ?? '';
  const rule = ruleOf(id);
  const component = componentOf(rules.get(rule), rule);
  const begun = { id, rule, component, level: entry.data.level, at: entry.at };
  const host = incidents.findLast((incident) => !incident.isClosed && joins(incident, begun, rules));
  if (host === undefined) {
    const opened: Incident = {
      id: `i${entry.seq}`,
      title: entry.reason,
      component,
      level: begun.level,
      openedAt: entry.at,
      endedAt: null,
      isClosed: false,
      conditions: [conditionOf(begun, 'root')],
      healedBy: null,
      isManual: false,
      timeline: [happening(entry)],
      leftOut: 0,
    };
    return [...incidents, opened].slice(-KEPT_INCIDENTS);
  }
  const joined = noted(join(host, begun, entry, rules), entry);
  return incidents.map((incident) => (incident === host ? joined : incident));
}

interface Begun {
  readonly id: string;
  readonly rule: string;
  readonly component: string;
  readonly level: Level;
  readonly at: number;
}

const conditionOf = (
  { id, rule, component, level, at }: Begun,
  role: IncidentCondition['role'],
): IncidentCondition => ({
  id,
  rule,
  component,
  role,
  level,
  since: at,
  endedAt: null,
  starts: 1,
});

/** Two that name each other explain nothing. */
const isCauseOf = (cause: string, symptom: string, rules: ReadonlyMap<string, Rule>): boolean =>
  explains(cause, rules.get(symptom)) && !explains(symptom, rules.get(cause));

function joins(incident: Incident, begun: Begun, rules: ReadonlyMap<string, Rule>): boolean {
  return incident.conditions.some(
    ({ id, rule, component, since, endedAt }) =>
      id === begun.id ||
      ((endedAt === null || begun.at - endedAt < JOIN_MS) &&
        (isCauseOf(rule, begun.rule, rules) || isCauseOf(begun.rule, rule, rules))) ||
      (component === begun.component && begun.at - (endedAt ?? since) < JOIN_MS),
  );
}

function join(incident: Incident, begun: Begun, entry: Started, rules: ReadonlyMap<string, Rule>): Incident {
  const level = isGraver(begun.level, incident.level) ? begun.level : incident.level;
  const open = { ...incident, level, endedAt: null };
  const known = incident.conditions.find(({ id }) => id === begun.id);
  if (known) {
    const again = {
      ...known,
      level: isGraver(begun.level, known.level) ? begun.level : known.level,
      endedAt: null,
      starts: known.starts + 1,
    };
    return { ...open, conditions: incident.conditions.map((one) => (one === known ? again : one)) };
  }
  const root = incident.conditions.find(({ role }) => role === 'root');
  if (root && isCauseOf(begun.rule, root.rule, rules)) {
    const others = incident.conditions.map((one) =>
      one === root ? { ...one, role: 'symptom' as const } : one,
    );
    const { component } = begun;
    return { ...open, title: entry.reason, component, conditions: [...others, conditionOf(begun, 'root')] };
  }
  const explained = incident.conditions.some(({ rule }) => isCauseOf(rule, begun.rule, rules));
  return {
    ...open,
    conditions: [...incident.conditions, conditionOf(begun, explained ? 'symptom' : 'beside')],
  };
}

/** Changes the incident that has the condition of an entry, the newest of them, and notes the entry in it. */
function update(
  incidents: readonly Incident[],
  entry: JournalEntry,
  change: (incident: Incident) => Incident,
): readonly Incident[] {
  const has = ({ conditions }: Incident): boolean => conditions.some(({ id }) => id === entry.subject);
  const own =
    incidents.findLast((incident) => !incident.isClosed && has(incident)) ??
    // What became of an action may be seen only after the end.
    (entry.type === 'action.verified' ? incidents.findLast(has) : undefined);
  if (own === undefined) return incidents;
  const changed = noted(change(own), entry);
  return incidents.map((incident) => (incident === own ? changed : incident));
}

function worsened(incident: Incident, { subject }: JournalEntry, to: Level): Incident {
  return {
    ...incident,
    level: isGraver(to, incident.level) ? to : incident.level,
    conditions: incident.conditions.map((one) =>
      one.id === subject && isGraver(to, one.level) ? { ...one, level: to } : one,
    ),
  };
}

function ended(incident: Incident, { subject, at }: JournalEntry): Incident {
  const conditions = incident.conditions.map((one) => (one.id === subject ? { ...one, endedAt: at } : one));
  return { ...incident, conditions, endedAt: endOf(conditions) };
}

function endOf(conditions: readonly IncidentCondition[]): number | null {
  const ends = conditions.flatMap(({ endedAt }) => endedAt ?? []);
  return ends.length < conditions.length ? null : Math.max(...ends);
}

/**
 * The process that found its conditions is gone: another one finds them anew within minutes, or they have ended with it.
 */
function restarted(incident: Incident, entry: JournalEntry): Incident {
  if (incident.isClosed || incident.endedAt !== null) return incident;
  const conditions = incident.conditions.map((one) => ({ ...one, endedAt: one.endedAt ?? entry.at }));
  return noted({ ...incident, conditions, endedAt: endOf(conditions) }, entry);
}
