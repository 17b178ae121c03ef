/** The route table, for tests that hold every route against something. */
export { routes } from '../routes.ts';
