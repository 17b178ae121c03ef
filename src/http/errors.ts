import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MoonwardenError, describeError, type Entropy, type Logger } from '../kernel/index.ts';
import { page } from './answer.ts';
import { correlationIdOf } from './correlation.ts';
import { addHeaders } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { loginPage } from './pages/pages.ts';
import { HttpError, problemOf, toProblem } from './problem.ts';
import type { Route } from './route.ts';
import { safeReturnPath } from './security/same-origin.ts';
import { send } from './send.ts';

/** Answers an error: with the login page where a person should log in, else with problem details. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const { problem, headers, unexpected } = toProblem(error, request.id);
  if (unexpected) {
    log.error('a request failed', {
      correlationId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      code: problem.code,
      error: describeError(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  }
  void reply.headers(headers);
  if (wantsLoginPage(request, problem.status)) {
    const shown = loginPage({
      next: safeReturnPath(request.url),
      fault: problem.status === 429 ? problem.detail : undefined,
      cameFromElsewhere: request.headers['sec-fetch-site'] === 'cross-site',
    });
    void send(reply, page(shown, problem.status));
    return;
  }
  void reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

function wantsLoginPage(request: FastifyRequest, status: number): boolean {
  const { accept, authorization } = request.headers;
  const isBrowser =
    request.method === 'GET' && authorization === undefined && /\btext\/html\b/.test(accept ?? '');
  return isBrowser && status === 401;
}

/** Answers what has no route: 405 where another method would do, else 404. */
export function addNotFound(app: FastifyInstance, routes: readonly Route[]): void {
  const known = routes
    .filter(({ path }) => path !== '/*')
    .map(({ method, path, kind }) => ({
      methods: method === 'GET' && kind !== 'stream' ? ['GET', 'HEAD'] : [method],
      pattern: new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`),
    }));
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = known.filter(({ pattern }) => pattern.test(path)).flatMap((row) => row.methods);
    if (methods.length === 0 || methods.includes(request.method)) {
      throw new MoonwardenError('NOT_FOUND', 'There is nothing at this address.');
    }
    const allow = [...new Set(methods)].join(', ');
    throw new HttpError('METHOD_NOT_ALLOWED', `This address takes ${allow}.`, { allow });
  });
}

/** What Fastify refuses before any hook ran, such as an address that cannot be decoded. */
export function answerEarly(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  addHeaders(request, reply);
  answerError(error, request, reply, log);
}

/** Answers what is not even a request: too long headers, too slow a caller, no HTTP at all. */
export function answerNoRequest(error: Error & { code?: string }, socket: Socket, entropy: Entropy): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'The request did not come in time.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'The headers are over the limit.']
        : [400, 'This is not a request that can be read.'];
  const correlationId = correlationIdOf(undefined, entropy);
  const body = JSON.stringify({ ...problemOf('REQUEST_INVALID', detail, correlationId), status });
  const head = {
    ...securityHeaders,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-correlation-id': correlationId,
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** The correlation id of a raw request. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>, entropy: Entropy): string {
  return correlationIdOf(request.headers['traceparent'], entropy);
}
