import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Scope } from '../../contract/index.ts';
import { FakeClock, silentLogger, systemEntropy, type LogFields, type Logger } from '../../kernel/index.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions, type SecurityDraft } from '../index.ts';
import { makeAccessToken } from '../security/access-token.ts';
import { createFakeConfig } from './fake-config.ts';
import { createFakeAccess, createFakeView, type FakeView } from './fake-view.ts';

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

/** Options of {@link Harness.request}. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string | undefined;
  /** An object goes as JSON, a string as it is. */
  readonly body?: unknown;
}

/** A server on a real socket, with everything around it fake. */
export interface Harness {
  readonly server: HttpServer;
  readonly url: string;
  readonly port: number;
  readonly clock: FakeClock;
  readonly view: FakeView;
  readonly access: HttpServerOptions['access'];
  readonly security: SecurityDraft[];
  readonly logs: { readonly level: string; readonly msg: string; readonly fields: LogFields }[];
  /** Secrets of valid tokens, and of one that was revoked. */
  readonly secrets: Record<Scope | 'revoked', string>;
  /** The whole reply; of an endless one the head alone. */
  request(path: string, ask?: Ask): Promise<Reply>;
}

/** Starts a server on a port that the system chooses. */
export async function startHarness(options: Partial<HttpServerOptions> = {}): Promise<Harness> {
  const clock = new FakeClock();
  const view = createFakeView(clock);
  const logs: Harness['logs'] = [];
  const write =
    (level: string) =>
    (msg: string, fields: LogFields = {}): void => {
      logs.push({ level, msg, fields });
    };
  const log: Logger = {
    ...silentLogger,
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error'),
    critical: write('critical'),
    child: () => log,
  };
  const access = createFakeAccess();
  const secrets = { read: '', operate: '', admin: '', revoked: '' };
  for (const name of ['read', 'operate', 'admin', 'revoked'] as const) {
    const made = makeAccessToken(
      systemEntropy,
      { name, scope: name === 'revoked' ? 'admin' : name },
      clock.now(),
    );
    secrets[name] = made.secret;
    await access.add(made.token);
    if (name === 'revoked') await access.revoke(made.token.id);
  }
  const security: SecurityDraft[] = [];
  const server = createHttpServer({
    port: 0,
    clock,
    entropy: systemEntropy,
    log,
    view,
    access,
    config: createFakeConfig(clock),
    onSecurity: (entry) => security.push(entry),
    dashboardDir: '/nonexistent/dashboard',
    version: '0.0.0-test',
    ...options,
  });
  const { url, port } = await server.listen();
  return {
    server,
    url,
    port,
    clock,
    view,
    access,
    security,
    logs,
    secrets,
    request: (path, ask = {}) => sendRequest(port, path, ask),
  };
}

/** One request on a connection of its own, with exactly the headers that are given. */
function sendRequest(port: number, path: string, ask: Ask = {}): Promise<Reply> {
  const body =
    ask.body === undefined ? undefined : typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body);
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
    ...(ask.body !== undefined && typeof ask.body !== 'string' ? { 'content-type': 'application/json' } : {}),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...ask.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: ask.method ?? 'GET', headers, agent: false, setHost: false },
      (response) => {
        readReply(response).then(resolve, reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const status = response.statusCode ?? 0;
  if (response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    return { status, headers: response.headers, text: '', json: undefined };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = /json/.test(response.headers['content-type'] ?? '');
  return {
    status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}
