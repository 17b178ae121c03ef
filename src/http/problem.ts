import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../contract/index.ts';
import { ERROR_CODES, MoonwardenError, type ErrorCode, type Fault } from '../kernel/index.ts';

/** What only HTTP can get wrong, in the shape of the kernel's table. */
export const HTTP_CODES = {
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'This address does not take this method',
    todo: 'Use one of the methods in the Allow header.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The body has the wrong content type',
    todo: 'Send JSON with `Content-Type: application/json`.',
  },
  CROSS_ORIGIN: {
    status: 403,
    title: 'Another site may not change anything here',
    todo: 'Use a page of this server. Behind a proxy, pass the Host header on and name the public origin in the configuration.',
  },
  STREAMS_FULL: {
    status: 503,
    title: 'Too many event streams are open',
    todo: 'Close other pages, or wait until the time in Retry-After.',
  },
} as const;

export type HttpCode = ErrorCode | keyof typeof HTTP_CODES;

/** A refusal with what HTTP adds to it: headers, and codes that only this room has. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HttpCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.code = code;
    this.headers = headers;
  }
}

/** How an error is answered. `unexpected` errors belong into the log; their text is not for the caller. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  readonly unexpected: boolean;
}

/** RFC 9457 details of a named error. */
export function problemOf(
  code: HttpCode,
  detail: string,
  correlationId: string,
  faults: readonly Fault[] = [],
): Problem {
  const { status, title, todo } = { ...ERROR_CODES, ...HTTP_CODES }[code];
  return {
    type: `urn:moonwarden:error:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    code,
    correlationId,
    todo,
    ...(faults.length > 0 ? { faults: [...faults] } : {}),
  };
}

/** A state of the service, not a fault of one request: its cause is logged once, and not with each refusal. */
const TOLD_ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['STORE_FULL', 'STORE_FAILED', 'STARTING']);

/** Turns whatever was thrown into what the caller may see. Pure. */
export function toProblem(error: unknown, correlationId: string): ProblemAnswer {
  const answer = (
    code: HttpCode,
    detail: string,
    rest: {
      faults?: readonly Fault[];
      headers?: Readonly<Record<string, string>>;
      unexpected?: boolean;
    } = {},
  ): ProblemAnswer => ({
    problem: problemOf(code, detail, correlationId, rest.faults),
    headers: rest.headers ?? {},
    unexpected: rest.unexpected ?? false,
  });
  if (error instanceof HttpError) return answer(error.code, error.message, { headers: error.headers });
  if (error instanceof MoonwardenError) {
    return answer(error.code, error.message, {
      faults: error.faults,
      unexpected: ERROR_CODES[error.code].status >= 500 && !TOLD_ELSEWHERE.has(error.code),
    });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = (error as { validationContext?: string }).validationContext ?? 'request';
    // What Fastify calls it is not what people do.
    const where = context === 'querystring' ? 'query' : context;
    const faults = error.validation.slice(0, 20).map(({ instancePath, message }) => ({
      path: where + instancePath.replaceAll('/', '.'),
      message: message ?? 'is not valid',
    }));
    return answer('REQUEST_INVALID', `The ${where} is not as described.`, { faults });
  }
  const { code, statusCode } = frameworkError(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return answer('PAYLOAD_TOO_LARGE', 'The body is over the limit.');
  if (statusCode === 415)
    return answer('MEDIA_TYPE_UNSUPPORTED', 'The body is not of a type that this takes.');
  if (statusCode >= 400 && statusCode < 500) {
    return answer('REQUEST_INVALID', 'The address, the headers or the body cannot be read.');
  }
  return answer('INTERNAL', 'The request could not be answered.', { unexpected: true });
}

/** Fastify's errors; anyone else's `statusCode` says nothing about our caller. */
function frameworkError(error: unknown): { readonly code: string; readonly statusCode: number } {
  if (!(error instanceof Error)) return { code: '', statusCode: 0 };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const isBadJson = error instanceof SyntaxError && statusCode === 400;
  if (typeof statusCode !== 'number') return { code: '', statusCode: 0 };
  if (typeof code === 'string' && code.startsWith('FST_')) return { code, statusCode };
  return { code: '', statusCode: isBadJson ? 400 : 0 };
}
