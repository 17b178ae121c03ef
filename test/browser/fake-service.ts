import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  configBody,
  flowQuery,
  historyQuery,
  journalQuery,
  listQuery,
  loginBody,
  paths,
  recoverBody,
  runsQuery,
  schedulerRestartBody,
  signalQuery,
  tokenImport,
  tokenQuery,
  type JournalDraft,
  type JournalEntry,
  type Overview,
  type Problem,
  type Scope,
  type TokenSummary,
} from '../../src/contract/index.ts';
import { systemClock, type CancelTimer } from '../../src/kernel/index.ts';
import { FakeConfig } from './fake/config.ts';
import { FakeHealth } from './fake/health.ts';
import { FakeJobs } from './fake/jobs.ts';
import { FakeResources } from './fake/resources.ts';
import { EventStreams } from './fake/event-streams.ts';
import { pageFiles, type PageFile } from './fake/page-files.ts';
import type { Scenario } from './fake/scenarios.ts';
import { historyOf } from './fake/tokens.ts';
import { FakeWorld } from './fake/world.ts';

/** What the real server sends with the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export interface FakeOptions {
  readonly scenario?: Scenario;
  readonly tokens?: number;
  /** Names by people who mean harm among the tokens. */
  readonly hostile?: boolean;
  /** Everything but the page itself asks for this token. */
  readonly token?: string;
  /** Changes by itself, a step each second; without it nothing moves until a test says so. */
  readonly live?: boolean;
  /** What the visitor may do. Default `admin`. */
  readonly scope?: Scope;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The built page over an invented service that speaks the API of the contract. Stop it and start it again at will. */
export class FakeService {
  readonly world: FakeWorld;
  readonly jobs: FakeJobs;
  readonly resources: FakeResources;
  readonly health: FakeHealth;
  readonly config: FakeConfig;
  readonly streams = new EventStreams();
  /** Paths that fail as long as they are in here. */
  readonly broken = new Set<string>();
  /** Paths that do not answer as long as they are in here. */
  readonly hanging = new Set<string>();
  readonly #options: FakeOptions;
  #files: ReadonlyMap<string, PageFile> = new Map();
  #server: Server | undefined;
  #port = 0;
  #stopTicking: CancelTimer | undefined;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.world = new FakeWorld(
      options.scenario ?? 'healthy',
      options.tokens ?? 320,
      options.hostile ?? false,
    );
    this.jobs = new FakeJobs(this.world);
    this.resources = new FakeResources(this.world);
    this.health = new FakeHealth(this.world);
    this.config = new FakeConfig(this.world);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(port = this.#port): Promise<void> {
    this.#files = await pageFiles();
    const server = createServer((request, response) => {
      this.#handle(request, response).catch((cause: unknown) => response.destroy(cause as Error));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    if (this.#options.live) this.#tick();
  }

  async stop(): Promise<void> {
    this.#stopTicking?.();
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    this.streams.cut();
    server.closeAllConnections();
    await closed;
  }

  /** A new entry, sent to every page. */
  record(draft: JournalDraft): JournalEntry {
    const entry = this.world.record(draft);
    this.streams.send('journal', entry, entry.seq);
    return entry;
  }

  change(mint: string, over: Partial<TokenSummary>): TokenSummary {
    const token = this.world.change(mint, over);
    this.streams.send('tokens', [token]);
    return token;
  }

  turnInto(scenario: Scenario): void {
    this.world.scenario = scenario;
    this.streams.send('state', this.world.overview());
  }

  /** The first page says so from now on. */
  say(over: Partial<Overview>): void {
    this.world.saidOverview = { ...this.world.saidOverview, ...over };
    this.streams.send('state', this.world.overview());
  }

  #tick(): void {
    this.streams.send('tokens', this.world.refresh(12));
    this.streams.send('state', this.world.overview());
    this.#stopTicking = systemClock.schedule(1_000, () => {
      this.#tick();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    const isApi = /^\/(api|health|admin)\//.test(url.pathname) || request.method === 'POST';
    if (!isApi) {
      const file = this.#files.get(url.pathname) ?? this.#files.get('/index.html');
      response.writeHead(200, { 'content-type': file?.type ?? 'text/plain' }).end(file?.body);
      return;
    }
    if (this.hanging.has(url.pathname)) return;
    if (this.broken.has(url.pathname)) {
      send(
        response,
        problem(503, 'The store is busy and did not answer within 2 s.', 'Try again in a few seconds.'),
      );
      return;
    }
    if (url.pathname === paths.login) {
      send(response, this.#login(await bodyOf(request)));
      return;
    }
    if (this.#options.token && !request.headers.cookie?.includes(`session=${this.#options.token}`)) {
      send(response, problem(401, 'This needs an access token.', 'Log in.'));
      return;
    }
    if (url.pathname === paths.events) {
      const last = request.headers['last-event-id'] ?? url.searchParams.get('lastEventId');
      this.streams.add(response, last ? this.world.journal.filter((entry) => entry.seq > Number(last)) : []);
      return;
    }
    send(response, await this.#answer(request, url));
  }

  #login(body: unknown): Answer {
    const { token } = loginBody.parse(body);
    if (token !== this.#options.token) return problem(401, 'This access token is not known.', 'Check it.');
    return { status: 204, headers: { 'set-cookie': `session=${token}; HttpOnly; SameSite=Strict; Path=/` } };
  }

  async #answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const query = Object.fromEntries(url.searchParams);
    const [, , room, mint, part] = url.pathname.split('/').map(decodeURIComponent);
    if (url.pathname === paths.logout)
      return { status: 204, headers: { 'set-cookie': 'session=; Max-Age=0; Path=/' } };
    if (url.pathname === paths.overview) return { status: 200, body: this.world.overview() };
    if (url.pathname === paths.scheduler) return { status: 200, body: this.jobs.report() };
    if (url.pathname === paths.schedulerRestart)
      return this.jobs.restartAll(schedulerRestartBody.parse(await bodyOf(request)));
    if (room === 'jobs' && mint) {
      const job = this.jobs.job(mint);
      if (!job) return problem(404, 'There is no job of this name.', 'See the list of jobs.');
      if (request.method !== 'POST')
        return { status: 200, body: this.jobs.detail(job, runsQuery.parse(query).limit) };
      const said = this.jobs.steer(job, part ?? '', await bodyOf(request));
      return 'refused' in said ? problem(409, said.refused, 'Unpark it first.') : said;
    }
    const own = await this.#health(request, url.pathname);
    if (own) return own;
    const flow = this.#flow(url.pathname, query) ?? this.#resources(url.pathname, query);
    if (flow) return flow;
    if (url.pathname === paths.journal)
      return { status: 200, body: this.world.journalPage(journalQuery.parse(query)) };
    if (url.pathname === paths.session) {
      const via = this.#options.token ? 'cookie' : 'local';
      return { status: 200, body: { via, name: 'laptop', scope: this.#options.scope ?? 'admin' } };
    }
    if (url.pathname === paths.tokens) {
      if (request.method !== 'POST')
        return { status: 200, body: this.world.tokenPage(tokenQuery.parse(query)) };
      return { status: 200, body: this.world.import(tokenImport.parse(await bodyOf(request)).mints) };
    }
    const token = room === 'tokens' && mint ? this.world.token(mint) : undefined;
    if (!token) return problem(404, 'There is no such token.', 'Add it, or check the mint.');
    if (part === 'refresh') return { status: 200, body: this.world.readNow(token) };
    if (part === 'explain') return { status: 200, body: this.world.story(token) };
    if (part !== 'history') return { status: 200, body: this.world.detail(token) };
    return { status: 200, body: historyOf(token, historyQuery.parse(query).range, this.world.now()) };
  }

  async #health(request: IncomingMessage, path: string): Promise<Answer | undefined> {
    switch (path) {
      case paths.detailed:
        return { status: 200, body: this.health.detailed() };
      case paths.recovery:
        return { status: 200, body: this.health.recovery() };
      case paths.rules:
        return { status: 200, body: this.health.rules() };
      case paths.incidents:
        return { status: 200, body: this.health.incidents() };
      case paths.recover: {
        const said = this.health.recover(recoverBody.parse(await bodyOf(request)).action);
        return 'refused' in said
          ? problem(409, said.refused, 'See the budget of the hour.')
          : { status: 202, body: said };
      }
      case paths.adminConfig: {
        if (request.method !== 'POST') return { status: 200, body: this.config.report() };
        const said = this.config.change(configBody.parse(await bodyOf(request)));
        if (!('faults' in said)) return { status: 200, body: said };
        const { body, ...rest } = problem(422, `${said.faults.length} values are not valid`, 'Correct them.');
        return { ...rest, body: { ...(body as Problem), faults: said.faults } };
      }
    }
    if (!path.startsWith(`${paths.incidents}/`)) return undefined;
    const body = this.health.incident(decodeURIComponent(path.slice(paths.incidents.length + 1)));
    return body ? { status: 200, body } : problem(404, 'There is no such incident.', 'See the list.');
  }

  #resources(path: string, query: Record<string, string>): Answer | undefined {
    switch (path) {
      case paths.resources:
        return { status: 200, body: this.resources.resources() };
      case paths.performance:
        return { status: 200, body: this.resources.performance() };
      case paths.database:
        return { status: 200, body: this.resources.database() };
      case paths.signals:
        return { status: 200, body: this.resources.signals() };
    }
    if (!path.startsWith(`${paths.signals}/`)) return undefined;
    const name = decodeURIComponent(path.slice(paths.signals.length + 1));
    const body = this.resources.signal(name, signalQuery.parse(query));
    if (body) return { status: 200, body };
    return problem(404, `There is no signal ${name}.`, 'See the list of signals.');
  }

  #flow(path: string, query: Record<string, string>): Answer | undefined {
    switch (path) {
      case paths.flow:
        return { status: 200, body: this.world.flow(flowQuery.parse(query).hours) };
      case paths.flowStuck:
        return { status: 200, body: this.world.stuck(listQuery.parse(query).limit) };
      case paths.flowFailed:
        return { status: 200, body: this.world.failed(listQuery.parse(query).limit) };
      default:
        return undefined;
    }
  }
}

function problem(status: number, detail: string, todo: string): Answer {
  const body: Problem = {
    type: 'about:blank',
    title: detail,
    status,
    detail,
    code: `E_${status}`,
    correlationId: 'c-5f2a91',
    todo,
  };
  return { status, body, headers: { 'content-type': 'application/problem+json' } };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
