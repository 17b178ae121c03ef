import type { z } from 'zod';
import type { Scope } from '../contract/index.ts';
import type { Handler } from './call.ts';

/** One row of the route table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** The scope that a caller needs; null when anyone may call. */
  readonly needs: Scope | null;
  readonly summary: string;
  /**
   * `json` answers programs, `form` also takes HTML forms, `stream` is an event stream, `page` is the web page and not
   * part of the API, `docs` is served by Swagger UI and stands here so that the table is whole.
   */
  readonly kind: 'json' | 'form' | 'stream' | 'page' | 'docs';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Schemas of good answers by status; every other answer is a problem. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Whether the body may be as large as `limits.importBytes`. */
  readonly isImport?: boolean;
  /** Missing only for `docs`. */
  readonly handler?: Handler;
}

/** What a typed row says; `route` checks the handler against the schemas and forgets the types. */
interface TypedRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends Omit<
  Route,
  'handler'
> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly handler: Handler<z.output<P>, z.output<Q>, z.output<B>>;
}

/** A row whose handler takes what its schemas give. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  row: TypedRoute<P, Q, B>,
): Route {
  // The server validates by the schemas of this very row before it calls.
  return { ...row, handler: (call) => row.handler(call as never) };
}
