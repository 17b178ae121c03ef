import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { MoonwardenError, describeError } from '../kernel/index.ts';
import { buildApp } from './app.ts';
import { withDefaults, type HttpServerOptions, type Settings } from './options.ts';
import { isLoopback } from './security/address.ts';
import { createServices } from './services.ts';

/** Where the server listens. */
export interface Listening {
  /** For a browser on this machine. */
  readonly url: string;
  readonly port: number;
  readonly host: string;
}

/** The HTTP face of the service. */
export interface HttpServer {
  /**
   * Starts to listen; call it once.
   * @throws MoonwardenError HOST_NEEDS_TOKEN, PORT_TAKEN, PORT_FORBIDDEN, FILE_UNREADABLE or CONFIG_INVALID.
   */
  listen(): Promise<Listening>;
  /** Ends streams and connections, and stops listening. Calling it again does nothing. */
  close(): Promise<void>;
  /** The path of a new link that logs one browser in once, with the scope admin, within ten minutes. */
  mintLoginLink(): string;
}

/** Makes the server; nothing is opened before `listen`. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const settings = withDefaults(options);
  const services = createServices(settings);
  let app: FastifyInstance | undefined;
  let bind = '';
  let closing: Promise<void> | undefined;

  return {
    async listen() {
      // One name, one address: `localhost` would be two sockets, with two ports when the system chooses.
      const host = settings.host === 'localhost' ? '127.0.0.1' : settings.host;
      if (!isLoopback(host) && settings.access.list().length === 0) {
        throw new MoonwardenError(
          'HOST_NEEDS_TOKEN',
          `${host === '' ? 'Every address' : host} can be reached by others, and no access token exists.`,
        );
      }
      app = await buildApp(services, () => bind);
      try {
        await app.listen({ host: host === '' ? '::' : host, port: settings.port });
      } catch (error) {
        await app.close();
        throw listenError(error, host, settings);
      }
      const { address, port } = app.server.address() as AddressInfo;
      bind = address;
      return { url: urlOf(address, port, services.secure), port, host: address };
    },
    close() {
      closing ??= (async () => {
        services.streams.close();
        await app?.close();
        services.events.close();
      })();
      return closing;
    },
    mintLoginLink: () => `/login/${services.links.mint()}`,
  };
}

function urlOf(address: string, port: number, secure: boolean): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address];
  const name = reachable ?? (address.includes(':') ? `[${address}]` : address);
  return `${secure ? 'https' : 'http'}://${name}:${port}`;
}

function listenError(error: unknown, host: string, { port }: Settings): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (code === 'EADDRINUSE') {
    return new MoonwardenError('PORT_TAKEN', `Another program listens on ${where}.`, { cause: error });
  }
  if (code === 'EACCES') {
    return new MoonwardenError('PORT_FORBIDDEN', `This user may not listen on ${where}.`, { cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EINVAL') {
    return new MoonwardenError('CONFIG_INVALID', `${host} is not an address of this machine.`, {
      faults: [{ path: 'http.host', message: describeError(error) }],
      cause: error,
    });
  }
  return error;
}
