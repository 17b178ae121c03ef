import { z } from 'zod';
import { text } from '../../config/index.ts';
import type { ChannelType } from './channel.ts';
import { createHttp, deliveryOf } from './http.ts';
import { headerValue, httpUrl, timeout } from './settings.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';
import { alertmanagerBody, genericBody } from './webhook-body.ts';

/** Set by the channel itself, or about the connection. */
const OURS =
  /^(?:content-type|content-length|host|connection|transfer-encoding|expect|upgrade|keep-alive|te|trailer|idempotency-key|x-moonwarden-.*)$/i;

const schema = z.strictObject({
  url: httpUrl(),
  /** `alertmanager`: as version 4 of its webhook, for receivers that are there already. */
  format: z.enum(['generic', 'alertmanager']).default('generic'),
  /** Each request is signed with it; see `verifySignature`. */
  secret: text({ max: 1_000 }).nullable().default(null),
  /** Sent as `Authorization: Bearer`. */
  token: headerValue().nullable().default(null),
  headers: z
    .record(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~\dA-Za-z-]+$/, 'is no name of a header')
        .refine((name) => !OURS.test(name), { message: 'is set by the channel itself' }),
      headerValue(),
    )
    .default({}),
  timeout: timeout(),
});

/**
 * Posts each notice as JSON, with `idempotency-key` (the same at each attempt) and, with `secret`, with
 * `x-moonwarden-signature: t=<seconds>,v1=<hex of HMAC-SHA256 of "t.body">`. Format `generic`, version `1`:
 *
 * - `version`, `id` (of the notice, never used twice), `source` (name of the service), `at` (ISO 8601)
 * - `kind`: firing, resolved, flapping, flapping-ended, escalation, reminder, summary, report, test
 * - `severity`: info, warning, error, critical; `status`: firing, resolved, info (not about an alert)
 * - `thread`: the same for all notices of one group, or null
 * - `title`, `text`: for people, plain text
 * - `total`, `counts` (by severity), `alerts` (at most 100, worst first), `truncatedAlerts` (how many are not in it),
 *   `list` (all of them, a line each, where `alerts` has not all; else null)
 * - each alert: `id`, `rule`, `labels`, `component`, `kind`, `severity`, `status`, `summary`, `value`, `limit`, `peak`,
 *   `unit`, `startedAt`, `endedAt`, `count`, `cause`, `tried`, `next`, `nextSteps`, `healedBy`, `incident`, `runbook`
 * - `details`: what only this kind has, such as `flips`, `step`, `because`, or the sections of a report
 * - `links`: `label` and `url`
 *
 * Any status of 2xx means that it was taken. Fields may be added to a version, and none go.
 */
export const webhook: ChannelType<typeof schema> = {
  type: 'webhook',
  about: 'Posts JSON to an address, signed, in its own format or as Alertmanager does.',
  schema,
  async create(settings, { clock, name, source }) {
    const { url, format, secret, token, headers } = settings;
    const http = createHttp(clock, settings.timeout);
    const secrets = [secret, token, ...Object.values(headers)];
    return {
      async deliver(notice, message, { key, signal }) {
        const body =
          format === 'alertmanager'
            ? alertmanagerBody(notice, message, source, name)
            : genericBody(notice, message, source);
        const outcome = await http.send(
          {
            method: 'POST',
            url,
            headers: {
              ...headers,
              ...(token === null ? {} : { authorization: `Bearer ${token}` }),
              'content-type': 'application/json',
              'idempotency-key': key,
              ...(secret === null ? {} : { [SIGNATURE_HEADER]: signatureOf(secret, body, clock.now()) }),
            },
            body,
            secrets,
          },
          signal,
        );
        return deliveryOf(outcome, {
          who: 'The webhook',
          denied: `Correct \`token\`, \`secret\` or \`headers\` of the channel ${name}, or allow it at the receiver.`,
          gone: `Correct \`url\` of the channel ${name}.`,
        });
      },
      close: () => http.close(),
    };
  },
};
