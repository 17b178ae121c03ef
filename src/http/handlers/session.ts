import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Who is asking. */
export const session: Handler = ({ caller }) => {
  if (caller === null) throw new Error('the route needs a scope, so there is a caller');
  const { via, name, scope } = caller;
  return json({ via, name, scope });
};
