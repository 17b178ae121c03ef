import type { z } from 'zod';
import { ERROR_CODES, MoonwardenError, describeError, systemClock, type ErrorCode } from '../kernel/index.ts';
import { problem } from '../contract/index.ts';
import { processEnvironment } from '../warden/config/index.ts';
import { readInstance } from './instance.ts';
import { dataFolder } from './data-folder.ts';

/** Which service the command line talks to. */
export interface ServiceAddress {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly data?: string | undefined;
}

/** Talks to a running service. */
export interface ApiClient {
  readonly url: string;
  /** Whether the address was given, by flag or environment, and not guessed. */
  readonly named: boolean;
  /**
   * @param limitMs how long the answer may take.
   * @throws MoonwardenError SERVICE_UNREACHABLE, or the error that the service answered.
   */
  call<Schema extends z.ZodType>(
    method: string,
    path: string,
    answer: Schema,
    body?: unknown,
    limitMs?: number,
  ): Promise<z.output<Schema>>;
}

// A read that goes through every source takes up to 10 s.
const TIMEOUT_MS = 15_000;

/** By flag, by MOONWARDEN_URL and MOONWARDEN_TOKEN, by what the data folder says of a running instance, or port 8000. */
export function createApiClient(address: ServiceAddress): ApiClient {
  const environment = processEnvironment();
  const instance = readInstance(dataFolder(address.data));
  const url = (
    address.url ??
    environment['MOONWARDEN_URL'] ??
    instance?.url ??
    'http://localhost:8000'
  ).replace(/\/$/, '');
  const token = address.token ?? environment['MOONWARDEN_TOKEN'];
  return {
    url,
    named: (address.url ?? environment['MOONWARDEN_URL']) !== undefined,
    async call(method, path, answer, body, limitMs = TIMEOUT_MS) {
      const response = await request(url, method, path, token, body, limitMs);
      const json = parseJson(await response.text());
      // /health answers 503 with a report when something is critical.
      const parsed = answer.safeParse(json);
      if (response.ok || (response.status === 503 && parsed.success)) {
        if (parsed.success) return parsed.data;
        throw new MoonwardenError(
          'SERVICE_UNREACHABLE',
          `${url} answers, but not as Moonwarden of this version does`,
        );
      }
      throw errorOf(json, response.status, url);
    },
  };
}

async function request(
  url: string,
  method: string,
  path: string,
  token: string | undefined,
  body: unknown,
  limitMs: number,
): Promise<Response> {
  // A signal of its own: AbortSignal.timeout would keep the process alive.
  const controller = new AbortController();
  const cancel = systemClock.schedule(limitMs, () => {
    controller.abort();
  });
  try {
    return await fetch(url + path, {
      method,
      signal: controller.signal,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const cause = controller.signal.aborted ? `no answer within ${limitMs / 1_000} s` : describeError(error);
    throw new MoonwardenError('SERVICE_UNREACHABLE', `${url}: ${cause}`, { cause: error });
  } finally {
    cancel();
  }
}

const PART_OF_REQUEST = /^(?:query|params|body)\./;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorOf(json: unknown, status: number, url: string): MoonwardenError {
  const parsed = problem.safeParse(json);
  if (!parsed.success) return new MoonwardenError('SERVICE_UNREACHABLE', `${url} answered ${status}`);
  const { code, detail, faults } = parsed.data;
  const known = code in ERROR_CODES ? (code as ErrorCode) : 'SERVICE_UNREACHABLE';
  if (!faults) return new MoonwardenError(known, detail);
  // Whoever typed a command knows nothing of the parts of a request.
  return new MoonwardenError(known, 'the service does not take these values', {
    faults: faults.map(({ path, message }) => ({ path: path.replace(PART_OF_REQUEST, ''), message })),
  });
}
