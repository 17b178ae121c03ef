export { INCIDENT_TYPES, closeEnded, foldIncident, noIncidents, type IncidentState } from './fold.ts';
export type { Incident } from './incident.ts';
export { outcomeOf, postMortem } from './post-mortem.ts';
