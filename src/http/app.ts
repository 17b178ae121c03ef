import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse as parseForm } from 'node:querystring';
import fastifyStatic from '@fastify/static';
import { fastify, type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { problem } from '../contract/index.ts';
import { MoonwardenError, describeError, runInContext } from '../kernel/index.ts';
import { addDocs } from './docs.ts';
import { addNotFound, answerEarly, answerError, answerNoRequest, requestIdOf } from './errors.ts';
import { addGate } from './gate.ts';
import type { Settings } from './options.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import { send } from './send.ts';
import type { Services } from './services.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The Fastify instance with everything on it, ready to listen. */
export async function buildApp(services: Services, bindAddress: () => string): Promise<FastifyInstance> {
  const { settings } = services;
  const { log, limits } = settings;
  const app = fastify(serverOptions(settings));
  app.server.maxConnections = limits.connections;
  app.server.headersTimeout = limits.headersTimeoutMs;

  // A form or plain text may be sent by a page of any site; only JSON makes its browser ask first.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    answerError(error, request, reply, log);
  });
  addGate(app, services, bindAddress);
  addNotFound(app, routes);
  app.addHook('onResponse', (request, reply, done) => {
    // The pattern, not the address: addresses carry one-time links and queries.
    log.debug('request', {
      correlationId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      via: request.caller?.via ?? 'nobody',
      durationMs: Math.round(reply.elapsedTime),
    });
    const { url, config } = request.routeOptions;
    if (!config.isStream)
      settings.onAnswered(
        url === undefined ? 'no route' : `${request.method} ${url}`,
        reply.elapsedTime,
        reply.statusCode < 500,
      );
    done();
  });
  app.addHook('preClose', (done) => {
    services.streams.close();
    done();
  });

  await addDocs(app, settings.version);
  await app.register(fastifyStatic, { root: resolve(settings.dashboardDir), serve: false });
  for (const row of routes)
    if (row.kind !== 'form' && row.kind !== 'docs') app.route(toFastify(row, services));
  await app.register((forms, _options, done) => {
    forms.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, { ...parseForm(body as string, '&', '=', { maxKeys: 20 }) });
    });
    for (const row of routes) if (row.kind === 'form') forms.route(toFastify(row, services));
    done();
  });
  return app;
}

function toFastify(row: Route, services: Services): RouteOptions {
  const { handler, params, query, body } = row;
  const { limits } = services.settings;
  if (handler === undefined) throw new Error(`the route ${row.path} has no handler`);
  return {
    method: row.method,
    url: row.path,
    config: { needs: row.needs, isStream: row.kind === 'stream' },
    bodyLimit: row.isImport === true ? limits.importBytes : limits.bodyBytes,
    exposeHeadRoute: row.kind !== 'stream',
    schema: {
      summary: row.summary,
      hide: row.kind === 'page',
      description: row.needs === null ? 'Anyone may call this.' : `Needs the scope \`${row.needs}\`.`,
      security: row.needs === null ? [] : [{ bearer: [] }, { cookie: [] }],
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: { ...row.answers, '4xx': problem, '5xx': problem },
    },
    handler: (request, reply) =>
      runInContext({ correlationId: request.id, label: `${row.method} ${row.path}` }, async () => {
        const answer = await handler({
          params: request.params,
          query: request.query,
          body: request.body,
          caller: request.caller,
          address: request.socket.remoteAddress ?? '',
          isForm: request.headers['content-type']?.toLowerCase().startsWith(FORM) ?? false,
          services,
          raw: { request, reply },
        });
        return send(reply, answer);
      }),
  };
}

function serverOptions(settings: Settings): FastifyServerOptions {
  const { entropy, limits, log, tls } = settings;
  // How often Node looks for connections that take too long.
  const nodeOptions = { maxHeaderSize: limits.headerBytes, connectionsCheckingInterval: 5_000 };
  return {
    logger: false,
    trustProxy: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 10_000,
    forceCloseConnections: true,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request, entropy),
    // Longer than any address can be, so that the handlers judge what a parameter says.
    routerOptions: { maxParamLength: limits.headerBytes },
    frameworkErrors: (error, request, reply) => {
      answerEarly(error, request, reply, log);
    },
    clientErrorHandler: (error, socket) => {
      answerNoRequest(error, socket, entropy);
    },
    http: nodeOptions,
    ...(tls === undefined ? {} : { https: { ...readTls(tls), ...nodeOptions } }),
  } as FastifyServerOptions;
}

function readTls(tls: { readonly certFile: string; readonly keyFile: string }): {
  cert: Buffer;
  key: Buffer;
} {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new MoonwardenError(
        'FILE_UNREADABLE',
        `The TLS file ${file} cannot be read: ${describeError(error)}.`,
        {
          cause: error,
        },
      );
    }
  };
  return { cert: read(tls.certFile), key: read(tls.keyFile) };
}
