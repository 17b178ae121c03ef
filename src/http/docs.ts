import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { paths } from '../contract/index.ts';
import * as contract from '../contract/index.ts';
import { docsCsp } from './headers.ts';

/** The schemas that get a name of their own in the OpenAPI document. */
const named = [
  'accessTokenCreated',
  'accessTokenDraft',
  'accessTokenInfo',
  'accessTokenList',
  'activationCheck',
  'checkStep',
  'condition',
  'healthBrief',
  'healthReport',
  'journalEntry',
  'journalPage',
  'liveness',
  'loginForm',
  'overview',
  'poolVerdict',
  'problem',
  'readiness',
  'scoreHistory',
  'scorePoint',
  'session',
  'tokenDetail',
  'tokenImport',
  'tokenImportResult',
  'tokenPage',
  'tokenSummary',
] as const;

/** The OpenAPI document at `/docs/json` and Swagger UI at `/docs`. Register it before the routes. */
export async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id?: string | undefined }>();
  for (const name of named) {
    schemaRegistry.add(contract[name], { id: name.charAt(0).toUpperCase() + name.slice(1) });
  }
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Moonwarden',
        version,
        description:
          'Callers on this machine need no token. Others send `Authorization: Bearer mw_...`, or log in. Errors are `application/problem+json`.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'mw_session' },
        },
      },
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: paths.docs,
    staticCSP: docsCsp,
    uiConfig: { validatorUrl: null, deepLinking: false },
  });
}
