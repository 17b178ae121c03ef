import type { FlowQuery } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** How tokens go from discovered to archived. */
export const flow: Handler<unknown, FlowQuery> = async ({ query, services }) =>
  json(await services.settings.view.flow(query));
