import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** What is known of the database. */
export const database: Handler = ({ services }) => json(services.settings.view.database());
