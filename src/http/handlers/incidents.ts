import type { ListQuery } from '../../contract/index.ts';
import { MoonwardenError } from '../../kernel/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What went wrong lately, newest first. */
export const listIncidents: Handler<unknown, ListQuery> = ({ query, services }) =>
  json(services.settings.view.incidents(query.limit));

/** One incident with its timeline. */
export const showIncident: Handler<{ id: string }> = ({ params, services }) => {
  const incident = services.settings.view.incident(params.id);
  if (incident === undefined)
    throw new MoonwardenError(
      'NOT_FOUND',
      `there is no incident ${params.id.slice(0, 40)} of the last seven days; GET /api/incidents lists them`,
    );
  return json(incident);
};
