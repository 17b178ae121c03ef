import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Whether the process answers at all. */
export const live: Handler = () => json({ status: 'alive' });
