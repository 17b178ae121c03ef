import type { Clock, Entropy, Logger } from '../kernel/index.ts';
import type { AccessTokens, ConfigPort, SecurityJournal, ServiceView } from './ports.ts';

/** Bounds of what callers may use up. Durations in milliseconds. */
export interface HttpLimits {
  /** Largest request body, in bytes. */
  readonly bodyBytes: number;
  /** Largest body of `POST /api/tokens`: 10,000 mints need 470 kB. */
  readonly importBytes: number;
  /** Largest request line and headers together, in bytes. */
  readonly headerBytes: number;
  /** Time in which the headers must have come. */
  readonly headersTimeoutMs: number;
  /** Time in which the whole request must have come. */
  readonly requestTimeoutMs: number;
  /** Connections at the same time. */
  readonly connections: number;
  /** Event streams at the same time. */
  readonly streams: number;
  /** A stream with more than this waiting in its socket is closed, in bytes. */
  readonly streamBufferBytes: number;
  /** Time in which a stream's socket must take what waits in it. */
  readonly streamStallMs: number;
  /** A reader that missed more journal entries than this gets `journal-gap` instead of them. */
  readonly replayEntries: number;
  readonly heartbeatMs: number;
  /** Requests a minute from one address that is not local; the same number may come in a burst. */
  readonly requestsPerMinute: number;
  /** Failed tries of one address in `failureWindowMs` that lock it out. */
  readonly failures: number;
  /** Failed tries of all addresses in `failureWindowMs` that lock out everyone without a recent success. */
  readonly failuresOverall: number;
  readonly failureWindowMs: number;
  readonly lockOutMs: number;
  /** Addresses that each table remembers. */
  readonly addresses: number;
  readonly sessions: number;
  readonly sessionIdleMs: number;
  readonly sessionMs: number;
  readonly loginLinks: number;
  readonly loginLinkMs: number;
}

/** Options of {@link createHttpServer}. */
export interface HttpServerOptions {
  /** Address to bind to. Anything but loopback needs an access token to exist. */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** PEM files; both are read when the server starts to listen. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  /**
   * Whether a caller on this machine needs no token. Switch it off behind a proxy on the same machine that adds no
   * forwarding header, keeps a local Host header and speaks HTTP/1.1: its requests cannot be told from local ones.
   */
  readonly trustLocal?: boolean;
  /** Further origins that browsers see this server as, e.g. `https://moon.example` behind a proxy that ends TLS. */
  readonly publicOrigins?: readonly string[];
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  readonly view: ServiceView;
  readonly access: AccessTokens;
  readonly config: ConfigPort;
  readonly onSecurity: SecurityJournal;
  /** Told of each request that was answered, but for event streams: the method and pattern of its route. */
  readonly onAnswered?: ((route: string, durationMs: number, ok: boolean) => void) | undefined;
  /** Folder of the built page. It may be missing; a page then says how to build it. */
  readonly dashboardDir: string;
  readonly version: string;
  readonly limits?: Partial<HttpLimits>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What is used where {@link HttpServerOptions} says nothing. */
const defaults = {
  host: '127.0.0.1',
  port: 8000,
  trustLocal: true,
  publicOrigins: [] as readonly string[],
  limits: {
    bodyBytes: 256 * 1024,
    importBytes: 1024 * 1024,
    headerBytes: 16 * 1024,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    connections: 1_000,
    streams: 100,
    streamBufferBytes: 1024 * 1024,
    streamStallMs: 30_000,
    replayEntries: 5_000,
    heartbeatMs: 15_000,
    requestsPerMinute: 600,
    failures: 10,
    failuresOverall: 300,
    failureWindowMs: 10 * minuteMs,
    lockOutMs: 15 * minuteMs,
    addresses: 5_000,
    sessions: 200,
    sessionIdleMs: 12 * hourMs,
    sessionMs: 7 * 24 * hourMs,
    loginLinks: 20,
    loginLinkMs: 10 * minuteMs,
  } satisfies HttpLimits as HttpLimits,
} as const;

/** The options with every default filled in. */
export interface Settings extends Required<Omit<HttpServerOptions, 'limits' | 'tls' | 'onAnswered'>> {
  readonly onAnswered: NonNullable<HttpServerOptions['onAnswered']>;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly limits: HttpLimits;
}

export function withDefaults(options: HttpServerOptions): Settings {
  return {
    ...options,
    host: options.host ?? defaults.host,
    port: options.port ?? defaults.port,
    trustLocal: options.trustLocal ?? defaults.trustLocal,
    publicOrigins: options.publicOrigins ?? defaults.publicOrigins,
    tls: options.tls,
    onAnswered: options.onAnswered ?? (() => undefined),
    limits: { ...defaults.limits, ...options.limits },
  };
}
