import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope, Session } from '../contract/index.ts';
import type { Answer } from './answer.ts';
import type { Services } from './services.ts';

/** Who was let in. */
export interface Caller {
  readonly via: Session['via'];
  readonly name: string;
  readonly scope: Scope;
  /** The access token that gives the scope; null for a local caller and for a login link. */
  readonly tokenId: string | null;
  /** The browser session, if there is one. */
  readonly sessionKey: string | null;
}

/** What a handler gets: the checked input and who sent it. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Null for a caller without a name, on routes for anyone. */
  readonly caller: Caller | null;
  /** Address of the other end. */
  readonly address: string;
  /** Whether the body came from an HTML form, so that a person waits for a page. */
  readonly isForm: boolean;
  readonly services: Services;
  readonly raw: { readonly request: FastifyRequest; readonly reply: FastifyReply };
}

export type Handler<Params = unknown, Query = unknown, Body = unknown> = (
  call: Call<Params, Query, Body>,
) => Answer | Promise<Answer>;
