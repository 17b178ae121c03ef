import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpTransport } from './http-transport.ts';
import type { DexTransport } from './transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const LIMIT = 10_000;
const never = new AbortController().signal;
let server: Server;
let handler: Handler;
let url: string;
let transport: DexTransport;
const sockets = new Set<Socket>();

/** The next request that comes in; it is answered by who waits for it. */
function nextRequest(): Promise<{ request: IncomingMessage; response: ServerResponse }> {
  return new Promise((resolve) => {
    handler = (request, response) => {
      resolve({ request, response });
    };
  });
}

const open = (path = ''): DexTransport =>
  createHttpTransport({ url: `${url}${path}`, maxBodyBytes: LIMIT, userAgent: 'moonwarden/test' });

beforeEach(async () => {
  handler = (_request, response) => response.end('[]');
  server = createServer((request, response) => {
    handler(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = open();
});

afterEach(async () => {
  await transport.close();
  server.closeAllConnections();
  server.close();
  sockets.clear();
});

describe('answers', () => {
  it('gives status, type, body and Retry-After as they came', async () => {
    handler = (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json; charset=utf-8', 'retry-after': '7' });
      response.end('{"error":"slow down 🚀"}');
    };
    expect(await transport.get('/x', never)).toEqual({
      status: 429,
      contentType: 'application/json; charset=utf-8',
      body: '{"error":"slow down 🚀"}',
      retryAfter: '7',
    });
    expect(transport.origin).toBe(url);
  });

  it('without a type the type is empty, and there is no Retry-After', async () => {
    expect(await transport.get('/x', never)).toEqual({ status: 200, contentType: '', body: '[]' });
  });

  it('asks below the path of the address, and says who asks and for what', async () => {
    const below = open('/dex/');
    const seen: unknown[] = [];
    handler = ({ method, url: path, headers }, response) => {
      seen.push([method, path, headers.accept, headers['user-agent']]);
      response.end('[]');
    };
    await below.get('/token-pairs/v1/solana/A,B?q=%24', never);
    await below.get('/y', never);
    await below.close();
    expect(seen).toEqual([
      ['GET', '/dex/token-pairs/v1/solana/A,B?q=%24', 'application/json', 'moonwarden/test'],
      ['GET', '/dex/y', 'application/json', 'moonwarden/test'],
    ]);
  });

  it('keeps connections, and never has more than eight', async () => {
    for (let n = 0; n < 20; n++) await transport.get('/x', never);
    expect(sockets.size).toBeLessThanOrEqual(8);
    let waiting: ServerResponse[] = [];
    handler = (_request, response) => {
      waiting.push(response);
      if (waiting.length < 8) return;
      for (const one of waiting) one.end('[]');
      waiting = [];
    };
    const answers = await Promise.all(Array.from({ length: 32 }, () => transport.get('/x', never)));
    expect(answers).toHaveLength(32);
    expect(sockets.size).toBe(8);
  });

  it('a character that is split between two chunks stays whole', async () => {
    const bytes = Buffer.from('["🚀"]');
    handler = (_request, response) => {
      response.write(bytes.subarray(0, 4), () => response.end(bytes.subarray(4)));
    };
    expect((await transport.get('/x', never)).body).toBe('["🚀"]');
  });
});

describe('a body over the limit', () => {
  it('is taken up to the last byte of the limit', async () => {
    handler = (_request, response) => response.end('x'.repeat(LIMIT));
    expect((await transport.get('/x', never)).body).toHaveLength(LIMIT);
    handler = (_request, response) => response.end('x'.repeat(LIMIT + 1));
    await expect(transport.get('/x', never)).rejects.toThrow(`the answer is over ${LIMIT} bytes`);
  });

  it('is refused while it comes in, although it never ends', async () => {
    const incoming = nextRequest();
    const work = transport.get('/x', never);
    const refused = expect(work).rejects.toThrow(`the answer is over ${LIMIT} bytes`);
    const { response } = await incoming;
    const closed = once(response, 'close');
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1_000)));
    };
    response.on('drain', pour);
    pour();
    await refused;
    await closed;
    expect(response.writableEnded).toBe(false);
  });
});

describe('an answer that does not come', () => {
  it.each([
    [
      'that is cut off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('[{"chainId"', () => response.socket?.destroy());
      },
    ],
    [
      'that is cut off between chunks',
      (response: ServerResponse) => {
        response.write('[1,', () => response.socket?.destroy());
      },
    ],
    ['that is reset', (response: ServerResponse) => void response.socket?.resetAndDestroy()],
    ['whose connection is closed', (response: ServerResponse) => void response.socket?.end()],
    [
      'that is no HTTP',
      (response: ServerResponse) => void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
    ],
  ])('%s rejects, and the next one is well', async (_what, breakOff) => {
    handler = (_request, response) => {
      breakOff(response);
    };
    await expect(transport.get('/x', never)).rejects.toThrow();
    handler = (_request, response) => response.end('[2]');
    expect((await transport.get('/x', never)).body).toBe('[2]');
  });

  it('nobody listens', async () => {
    server.close();
    await once(server, 'close');
    await expect(transport.get('/x', never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('abort', () => {
  it('before the answer has begun', async () => {
    const incoming = nextRequest();
    const controller = new AbortController();
    const aborted = expect(transport.get('/x', controller.signal)).rejects.toThrow('enough');
    const { response } = await incoming;
    const closed = once(response, 'close');
    controller.abort(new Error('enough'));
    await aborted;
    await closed;
  });

  it('in the middle of the body', async () => {
    const incoming = nextRequest();
    const controller = new AbortController();
    const aborted = expect(transport.get('/x', controller.signal)).rejects.toThrow('enough');
    const { response } = await incoming;
    const closed = once(response, 'close');
    await new Promise((resolve) => response.write('[1,', resolve));
    controller.abort(new Error('enough'));
    await aborted;
    await closed;
  });

  it('before it was asked: nothing is sent', async () => {
    let asked = 0;
    handler = (_request, response) => {
      asked += 1;
      response.end();
    };
    await expect(transport.get('/x', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(asked).toBe(0);
  });
});

describe('reset and close', () => {
  it('reset lets the running request end, and later ones take a new connection', async () => {
    const incoming = nextRequest();
    const running = transport.get('/running', never);
    const { response } = await incoming;
    await transport.reset();
    handler = (_request, later) => later.end('later');
    expect((await transport.get('/later', never)).body).toBe('later');
    expect(sockets.size).toBe(2);
    response.end('running');
    expect((await running).body).toBe('running');
  });

  it('reset closes a connection that nobody uses', async () => {
    await transport.get('/x', never);
    const [socket] = sockets;
    if (!socket) throw new Error('there was no connection');
    const closed = once(socket, 'close');
    await transport.reset();
    await closed;
  });

  it('close ends what runs and refuses what comes', async () => {
    const incoming = nextRequest();
    const failed = expect(transport.get('/x', never)).rejects.toThrow();
    await incoming;
    await transport.close();
    await failed;
    await expect(transport.get('/x', never)).rejects.toThrow('the transport is closed');
    expect(sockets.size).toBe(1);
  });
});
