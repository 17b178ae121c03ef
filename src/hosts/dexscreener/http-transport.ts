import { Pool } from 'undici';
import type { DexAnswer, DexTransport } from './transport.ts';
import { MalformedAnswerError } from './wire.ts';

/** Options of {@link createHttpTransport}. */
export interface HttpTransportOptions {
  /** Base address, e.g. `https://api.dexscreener.com`. */
  readonly url: string;
  /** A larger answer is refused while it comes in. */
  readonly maxBodyBytes: number;
  /** A connection that is not there by then is given up, in ms. */
  readonly connectTimeoutMs?: number;
  readonly userAgent: string;
}

/** Enough for the quota when answers take up to 1.6 s. */
const CONNECTIONS = 8;

/** DexScreener over the network. Timeouts of whole requests are the caller's signal. */
export function createHttpTransport(options: HttpTransportOptions): DexTransport {
  const { origin, pathname } = new URL(options.url);
  const prefix = pathname.replace(/\/$/, '');
  const open = (): Pool =>
    new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.connectTimeoutMs ?? 3_000 },
    });
  let pool = open();
  let closed = false;

  return {
    origin,
    connections: CONNECTIONS,
    async get(path, signal) {
      if (closed) throw new Error('the transport is closed');
      const response = await pool.request({
        path: prefix + path,
        method: 'GET',
        headers: { accept: 'application/json', 'user-agent': options.userAgent },
        signal,
      });
      const body = await readBounded(response.body, options.maxBodyBytes);
      const retryAfter = headerText(response.headers['retry-after']);
      const age = headerText(response.headers['age']);
      const answer: DexAnswer = {
        status: response.statusCode,
        contentType: headerText(response.headers['content-type']) ?? '',
        body,
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(age === undefined ? {} : { age }),
      };
      return answer;
    },
    reset() {
      const old = pool;
      pool = open();
      // close() waits for the requests in flight; nobody needs to wait for that.
      old.close().catch(() => undefined);
      return Promise.resolve();
    },
    async close() {
      closed = true;
      await pool.destroy();
    },
  };
}

async function readBounded(
  stream: AsyncIterable<Uint8Array> & { destroy(): unknown },
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      stream.destroy();
      throw new MalformedAnswerError(`the answer is over ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
