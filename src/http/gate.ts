import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../contract/index.ts';
import type { Caller } from './call.ts';
import { securityHeaders } from './headers.ts';
import { HttpError } from './problem.ts';
import { bearerSecret } from './security/access-token.ts';
import { addressKey, forwardingHeader } from './security/address.ts';
import { admit, judgeLocal, type Credential, type RequestFacts } from './security/admit.ts';
import { readSessionId } from './security/cookie.ts';
import { judgeOrigin } from './security/same-origin.ts';
import type { Services } from './services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An answer that goes on for as long as its reader does. */
    isStream?: boolean;
    /** The scope that a route needs; null when anyone may call it. A route that says nothing needs `read`. */
    needs?: Scope | null;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Seconds, rounded up, as the Retry-After header wants them. */
export function retryAfter(ms: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) };
}

/** Puts the security frame in front of everything, also in front of what does not exist. */
export function addGate(app: FastifyInstance, services: Services, bindAddress: () => string): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    addHeaders(request, reply);
    request.caller = letIn(request, services, bindAddress());
    done();
  });
}

/** The headers of every answer. */
export function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ ...securityHeaders, 'x-correlation-id': request.id });
}

function letIn(request: FastifyRequest, services: Services, bind: string): Caller | null {
  const { settings, rateLimit } = services;
  const { headers, raw } = request;
  const peer = raw.socket.remoteAddress ?? '';
  const facts: Omit<RequestFacts, 'credential' | 'needs'> = {
    peer,
    bind,
    host: onlyHost(raw.rawHeaders),
    forwardedBy: forwardingHeader(Object.keys(headers)),
    httpVersion: raw.httpVersion,
    trustLocal: settings.trustLocal,
  };
  if (!judgeLocal(facts).local) {
    const rate = rateLimit.take(addressKey(peer));
    if (!rate.allowed) {
      throw new HttpError(
        'RATE_LIMITED',
        'This address sends too many requests.',
        retryAfter(rate.retryAfterMs),
      );
    }
  }
  const { credential, tokenId, sessionKey, retryAfterMs } = credentialOf(request, services, peer);
  const { config } = request.routeOptions;
  const needs = config.needs === undefined ? 'read' : config.needs;
  const admission = admit({ ...facts, credential, needs });
  if (!admission.allowed) {
    throw new HttpError(admission.code, admission.reason, {
      ...(admission.code === 'UNAUTHORIZED' ? { 'www-authenticate': 'Bearer realm="moonwarden"' } : {}),
      ...(retryAfterMs > 0 ? retryAfter(retryAfterMs) : {}),
    });
  }
  const origin = judgeOrigin({
    method: request.method,
    via: admission.via,
    origin: headers.origin,
    fetchSite: typeof headers['sec-fetch-site'] === 'string' ? headers['sec-fetch-site'] : undefined,
    ownOrigins: [
      `${services.secure ? 'https' : 'http'}://${facts.host ?? ''}`,
      ...settings.publicOrigins,
    ].map((own) => own.toLowerCase()),
  });
  if (!origin.ok) throw new HttpError('CROSS_ORIGIN', origin.reason);
  if (admission.via === 'nobody') return null;
  const { via, name, scope } = admission;
  return { via, name, scope, tokenId, sessionKey };
}

function credentialOf(
  request: FastifyRequest,
  { credentials, sessions, secure }: Services,
  peer: string,
): { credential: Credential; tokenId: string | null; sessionKey: string | null; retryAfterMs: number } {
  const nobody = { tokenId: null, sessionKey: null, retryAfterMs: 0 };
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const outcome = credentials.tryToken(bearerSecret(authorization), peer);
    if (outcome.kind === 'locked') {
      return { ...nobody, credential: { kind: 'locked' }, retryAfterMs: outcome.retryAfterMs };
    }
    if (outcome.kind === 'wrong') return { ...nobody, credential: { kind: 'bad' } };
    const { id, name, scope } = outcome.found;
    return { ...nobody, credential: { kind: 'token', name, scope }, tokenId: id };
  }
  // A cookie without a living session counts as none, not as a failed try: each restart leaves such cookies behind.
  const sessionId = readSessionId(cookie, secure);
  const session = sessionId === undefined ? undefined : sessions.use(sessionId);
  if (session === undefined) return { ...nobody, credential: { kind: 'none' } };
  const { name, scope, tokenId, key } = session;
  return { ...nobody, credential: { kind: 'cookie', name, scope }, tokenId, sessionKey: key };
}

/** The Host header, if there is exactly one; Node keeps the first of several. */
function onlyHost(rawHeaders: readonly string[]): string | undefined {
  const hosts = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  return hosts.length === 1 ? hosts[0] : undefined;
}
