import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What took how long within the hour. */
export const performance: Handler = ({ services }) => json(services.settings.view.performance());
