export { INCIDENT_TYPES, closeEnded, foldIncident, noIncidents, type IncidentState } from './fold.ts';
export type { Happening, Incident, IncidentCondition } from './incident.ts';
export { outcomeOf, postMortem } from './post-mortem.ts';
