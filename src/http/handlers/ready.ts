import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Whether work may be sent here; for a caller without a name the status alone. */
export const ready: Handler = ({ caller, services }) => {
  const readiness = services.settings.view.ready();
  const body = caller === null ? { status: readiness.status } : readiness;
  return json(body, readiness.status === 'ready' ? 200 : 503);
};
