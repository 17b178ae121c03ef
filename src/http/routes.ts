// Over 350 lines because it is one table, and tests hold the whole of it against another.
import { z } from 'zod';
import {
  accessTokenCreated,
  accessTokenDraft,
  accessTokenList,
  exportQuery,
  failedList,
  flowQuery,
  flowReport,
  healthBrief,
  healthReport,
  historyQuery,
  journalPage,
  journalQuery,
  listQuery,
  liveness,
  loginForm,
  marketsExport,
  overview as overviewSchema,
  paths,
  performanceReport,
  readiness,
  releaseBody,
  refreshResult,
  releaseResult,
  resourceReport,
  scoreHistory,
  signalHistory,
  signalList,
  signalQuery,
  session as sessionSchema,
  stuckList,
  tokenDetail,
  tokenImport,
  tokenImportResult,
  tokenPage,
  tokenQuery,
  tokenStory as tokenStorySchema,
} from '../contract/index.ts';
import { createAccessToken } from './handlers/create-access-token.ts';
import { dashboard } from './handlers/dashboard.ts';
import { exportMarkets } from './handlers/export-markets.ts';
import { flow } from './handlers/flow.ts';
import { events } from './handlers/events.ts';
import { health } from './handlers/health.ts';
import { importTokens } from './handlers/import-tokens.ts';
import { journal } from './handlers/journal.ts';
import { listAccessTokens } from './handlers/list-access-tokens.ts';
import { listFailed } from './handlers/list-failed.ts';
import { listSignals } from './handlers/list-signals.ts';
import { listStuck } from './handlers/list-stuck.ts';
import { listTokens } from './handlers/list-tokens.ts';
import { live } from './handlers/live.ts';
import { login } from './handlers/login.ts';
import { showLoginLink } from './handlers/login-link-page.ts';
import { logout } from './handlers/logout.ts';
import { overview } from './handlers/overview.ts';
import { metrics } from './handlers/metrics.ts';
import { ready } from './handlers/ready.ts';
import { refreshToken } from './handlers/refresh-token.ts';
import { releaseHeld } from './handlers/release-held.ts';
import { performance } from './handlers/performance.ts';
import { resources } from './handlers/resources.ts';
import { revokeAccessToken } from './handlers/revoke-access-token.ts';
import { session } from './handlers/session.ts';
import { showSignal } from './handlers/show-signal.ts';
import { showToken } from './handlers/show-token.ts';
import { tokenHistory } from './handlers/token-history.ts';
import { tokenStory } from './handlers/token-story.ts';
import { useLoginLink } from './handlers/use-login-link.ts';
import { route, type Route } from './route.ts';

const anyone = null;
const healthAnswer = z.union([healthReport, healthBrief]);
// Any string: the handlers judge mints themselves, so that a bad one is MINT_INVALID.
const byMint = z.object({ mint: z.string() });
const byName = z.object({ name: z.string().max(200) });
const byLink = z.object({ link: z.string() });
const byId = z.object({ id: z.string() });
const lastEventIdQuery = z.object({ lastEventId: z.string().optional() });
const anyPath = z.object({ '*': z.string().optional() });
const html = z.string().describe('An HTML page.');
const exposition = z.string().describe('Metrics in the text format of Prometheus.');
const nothing = z.null().describe('Nothing.');
const seeOther = z.null().describe('Leads on to a page.');

/** Every route of the server. */
export const routes: readonly Route[] = [
  route({
    method: 'GET',
    path: paths.health,
    needs: anyone,
    kind: 'json',
    summary: 'State of the service',
    answers: { 200: healthAnswer, 503: healthAnswer },
    handler: health,
  }),
  route({
    method: 'GET',
    path: paths.live,
    needs: anyone,
    kind: 'json',
    summary: 'Whether the process answers',
    answers: { 200: liveness },
    handler: live,
  }),
  route({
    method: 'GET',
    path: paths.ready,
    needs: anyone,
    kind: 'json',
    summary: 'Whether work may be sent here',
    answers: { 200: readiness, 503: readiness },
    handler: ready,
  }),
  route({
    method: 'GET',
    path: paths.resources,
    needs: 'read',
    kind: 'json',
    summary: 'What the process and its machine use, and which limits hold',
    answers: { 200: resourceReport },
    handler: resources,
  }),
  route({
    method: 'GET',
    path: paths.performance,
    needs: 'read',
    kind: 'json',
    summary: 'What took how long within the hour, and what has become slower',
    answers: { 200: performanceReport },
    handler: performance,
  }),
  route({
    method: 'GET',
    path: paths.overview,
    needs: 'read',
    kind: 'json',
    summary: 'What the first page shows',
    answers: { 200: overviewSchema },
    handler: overview,
  }),
  route({
    method: 'GET',
    path: paths.tokens,
    needs: 'read',
    kind: 'json',
    summary: 'Tokens by filter, page by page',
    query: tokenQuery,
    answers: { 200: tokenPage },
    handler: listTokens,
  }),
  route({
    method: 'POST',
    path: paths.tokens,
    needs: 'operate',
    kind: 'json',
    summary: 'Add mints to watch',
    body: tokenImport,
    isImport: true,
    answers: { 200: tokenImportResult },
    handler: importTokens,
  }),
  route({
    method: 'GET',
    path: paths.token,
    needs: 'read',
    kind: 'json',
    summary: 'Everything about one token',
    params: byMint,
    answers: { 200: tokenDetail },
    handler: showToken,
  }),
  route({
    method: 'GET',
    path: paths.tokenHistory,
    needs: 'read',
    kind: 'json',
    summary: 'Score of one token over time',
    params: byMint,
    query: historyQuery,
    answers: { 200: scoreHistory },
    handler: tokenHistory,
  }),
  route({
    method: 'GET',
    path: paths.tokenStory,
    needs: 'read',
    kind: 'json',
    summary: 'The whole story of one token: why it is where it is, and what would change that',
    params: byMint,
    answers: { 200: tokenStorySchema },
    handler: tokenStory,
  }),
  route({
    method: 'POST',
    path: paths.tokenRefresh,
    needs: 'operate',
    kind: 'json',
    summary: 'Read a token at once, or tell what is known of it when the source does not answer',
    params: byMint,
    answers: { 200: refreshResult },
    handler: refreshToken,
  }),
  route({
    method: 'GET',
    path: paths.flow,
    needs: 'read',
    kind: 'json',
    summary: 'How tokens go from discovered to archived',
    query: flowQuery,
    answers: { 200: flowReport },
    handler: flow,
  }),
  route({
    method: 'GET',
    path: paths.flowStuck,
    needs: 'read',
    kind: 'json',
    summary: 'Tokens in monitoring for over three minutes, by whose fault',
    query: listQuery,
    answers: { 200: stuckList },
    handler: listStuck,
  }),
  route({
    method: 'GET',
    path: paths.flowFailed,
    needs: 'read',
    kind: 'json',
    summary: 'Tokens whose last activation check failed, newest first',
    query: listQuery,
    answers: { 200: failedList },
    handler: listFailed,
  }),
  route({
    method: 'POST',
    path: paths.flowRelease,
    needs: 'operate',
    kind: 'json',
    summary: 'Let the moves go that wait because too many tokens would move at once',
    body: releaseBody,
    answers: { 200: releaseResult },
    handler: releaseHeld,
  }),
  route({
    method: 'GET',
    path: paths.exportMarkets,
    needs: 'read',
    kind: 'json',
    summary: 'The best tokens with their pools, for bots',
    query: exportQuery,
    answers: { 200: marketsExport },
    handler: exportMarkets,
  }),
  route({
    method: 'GET',
    path: paths.journal,
    needs: 'read',
    kind: 'json',
    summary: 'What happened, newest first',
    query: journalQuery,
    answers: { 200: journalPage },
    handler: journal,
  }),
  route({
    method: 'GET',
    path: paths.metrics,
    needs: 'read',
    kind: 'json',
    summary: 'Metrics for Prometheus',
    answers: { 200: exposition },
    handler: metrics,
  }),
  route({
    method: 'GET',
    path: paths.signals,
    needs: 'read',
    kind: 'json',
    summary: 'What is measured, and how much of its history is stored',
    answers: { 200: signalList },
    handler: listSignals,
  }),
  route({
    method: 'GET',
    path: paths.signal,
    needs: 'read',
    kind: 'json',
    summary: 'History of one signal',
    params: byName,
    query: signalQuery,
    answers: { 200: signalHistory },
    handler: showSignal,
  }),
  route({
    method: 'GET',
    path: paths.events,
    needs: 'read',
    kind: 'stream',
    summary: 'Server-sent events, resumed by Last-Event-ID',
    query: lastEventIdQuery,
    answers: { 200: z.string().describe('text/event-stream') },
    handler: events,
  }),
  route({
    method: 'GET',
    path: paths.session,
    needs: 'read',
    kind: 'json',
    summary: 'Who is asking',
    answers: { 200: sessionSchema },
    handler: session,
  }),
  route({
    method: 'POST',
    path: paths.login,
    needs: anyone,
    kind: 'form',
    summary: 'Trade an access token for a session cookie',
    body: loginForm,
    answers: { 200: sessionSchema, 303: seeOther },
    handler: login,
  }),
  route({
    method: 'GET',
    path: paths.loginLink,
    needs: anyone,
    kind: 'form',
    summary: 'Page of a one-time login link',
    params: byLink,
    answers: { 200: html },
    handler: showLoginLink,
  }),
  route({
    method: 'POST',
    path: paths.loginLink,
    needs: anyone,
    kind: 'form',
    summary: 'Use a one-time login link',
    params: byLink,
    answers: { 303: seeOther },
    handler: useLoginLink,
  }),
  route({
    method: 'POST',
    path: paths.logout,
    needs: 'read',
    kind: 'form',
    summary: 'End the session',
    answers: { 204: nothing, 303: seeOther },
    handler: logout,
  }),
  route({
    method: 'GET',
    path: paths.adminTokens,
    needs: 'admin',
    kind: 'json',
    summary: 'Access tokens',
    answers: { 200: accessTokenList },
    handler: listAccessTokens,
  }),
  route({
    method: 'POST',
    path: paths.adminTokens,
    needs: 'admin',
    kind: 'json',
    summary: 'Make an access token; the secret is shown once',
    body: accessTokenDraft,
    answers: { 201: accessTokenCreated },
    handler: createAccessToken,
  }),
  route({
    method: 'DELETE',
    path: paths.adminToken,
    needs: 'admin',
    kind: 'json',
    summary: 'Revoke an access token',
    params: byId,
    answers: { 204: nothing },
    handler: revokeAccessToken,
  }),
  {
    method: 'GET',
    path: paths.docs,
    needs: 'read',
    kind: 'docs',
    summary: 'This API to read and try',
    answers: { 200: html },
  },
  {
    method: 'GET',
    path: paths.docsJson,
    needs: 'read',
    kind: 'docs',
    summary: 'This API as OpenAPI',
    answers: {},
  },
  route({
    method: 'GET',
    path: '/',
    needs: 'read',
    kind: 'page',
    summary: 'The web page',
    params: anyPath,
    answers: {},
    handler: dashboard,
  }),
  route({
    method: 'GET',
    path: '/*',
    needs: 'read',
    kind: 'page',
    summary: 'Files and paths of the web page',
    params: anyPath,
    answers: {},
    handler: dashboard,
  }),
];
