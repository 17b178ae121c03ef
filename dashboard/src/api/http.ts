import type { Problem } from '../../../src/contract/index.ts';

/** A request that did not succeed, in words for a person. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    message: string,
    /** 0 when no answer came. */
    readonly status: number,
    readonly todo: string,
    readonly code: string,
    readonly correlationId: string | undefined,
    /** What is wrong with single values of what was sent. */
    readonly faults: NonNullable<Problem['faults']> = [],
  ) {
    super(message);
  }
}

const ANSWER_WITHIN_MS = 15_000;

let onLoginNeeded = (): void => undefined;
/** Called on each answer that says that the caller must log in first. */
export function whenLoginNeeded(fn: () => void): void {
  onLoginNeeded = fn;
}

/** Sends one request to the service and gives its JSON. */
export async function request<Answer>(path: string, init: { body?: unknown; signal?: AbortSignal } = {}) {
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(path, {
    ...(init.body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(init.body),
    }),
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
    },
    signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit,
  }).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw limit.aborted ? tooSlow() : noAnswer();
  });
  if (!response.ok) throw await refused(response);
  if (response.status === 204) return undefined as Answer;
  const text = await response.text();
  if (text === '') return undefined as Answer;
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new RequestError(
      'The answer was not JSON.',
      response.status,
      'Something between this page and the service answers in its place: check the proxy.',
      'NOT_JSON',
      undefined,
    );
  }
}

async function refused(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  if (response.status === 401) onLoginNeeded();
  return new RequestError(
    problem.detail ?? problem.title ?? `The service answered ${response.status}.`,
    response.status,
    problem.todo ?? (response.status >= 500 ? 'Try again; the log of the service says more.' : 'Try again.'),
    problem.code ?? `HTTP_${response.status}`,
    problem.correlationId,
    problem.faults,
  );
}

function noAnswer(): RequestError {
  const todo = 'See whether it runs: moonwarden status, on its machine.';
  return new RequestError('The service does not answer.', 0, todo, 'NO_ANSWER', undefined);
}

function tooSlow(): RequestError {
  const detail = `No answer within ${ANSWER_WITHIN_MS / 1_000} s.`;
  return new RequestError(detail, 0, 'Try again; the service may be busy.', 'TOO_SLOW', undefined);
}
