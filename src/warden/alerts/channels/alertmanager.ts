import { z } from 'zod';
import { duration } from '../../config/index.ts';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';
import type { ChannelType, Delivery } from './channel.ts';
import { createHttp, deliveryOf } from './http.ts';
import {
  dashboardOf,
  fingerprintOf,
  isoTime,
  prometheusAlerts,
  type PrometheusAlert,
} from './prometheus-alert.ts';
import { headerValue, httpUrl, timeout } from './settings.ts';

const MAX_ALERTS = 1_000;
/** Of so many that are there it is remembered how Alertmanager knows them. */
const MAX_REMEMBERED = 200;
const MEMORY = 'firing';

const schema = z.strictObject({
  /** Of the members of one cluster, without `/api/v2`: the first that takes it is enough. */
  urls: z.array(httpUrl()).min(1, 'must name at least one address').max(10),
  token: headerValue().nullable().default(null),
  /**
   * Alertmanager takes an alert for over when it has not heard of it for so long. It hears only of what this channel is
   * told, so this has to be longer than the time between two reminders.
   */
  firing_for: duration({ minMs: 60_000, maxMs: 7 * 86_400_000 }).default(6 * 3_600_000),
  timeout: timeout(),
});

/** Alerts by their id, with the labels under which Alertmanager knows them. */
type Known = Readonly<
  Record<string, { readonly labels: Readonly<Record<string, string>>; readonly startsAt: number }>
>;

/** What is posted, and what is to be remembered. Pure. */
export function alertsBody(
  notice: Notice,
  message: Message,
  source: string,
  firingForMs: number,
  remembered: string | undefined,
): { readonly body: string; readonly memory: string } {
  const known = new Map(Object.entries(knownOf(remembered)));
  const now = notice.at;
  const posted: PrometheusAlert[] = [];
  for (const [index, alert] of prometheusAlerts(notice, message, source, MAX_ALERTS).entries()) {
    posted.push(alert);
    const id = notice.alerts[index]?.id;
    if (id === undefined) continue;
    const before = known.get(id);
    known.delete(id);
    // For Alertmanager another severity is another alert: the one before has to end.
    if (before !== undefined && fingerprintOf(before.labels) !== fingerprintOf(alert.labels))
      posted.push({ ...before, annotations: {}, endsAt: alert.endsAt ?? now });
    if (alert.endsAt === null) known.set(id, { labels: alert.labels, startsAt: alert.startsAt });
  }
  const generatorURL = dashboardOf(message);
  return {
    body: JSON.stringify(
      posted.map(({ labels, annotations, startsAt, endsAt }) => ({
        labels,
        annotations,
        startsAt: isoTime(startsAt),
        // An end before the beginning is refused, and all others with it.
        endsAt: isoTime(Math.max(endsAt ?? now + firingForMs, startsAt)),
        ...(generatorURL === '' ? {} : { generatorURL }),
      })),
    ),
    memory: JSON.stringify(Object.fromEntries([...known].slice(-MAX_REMEMBERED))),
  };
}

const knownSchema = z.record(
  z.string(),
  z.object({ labels: z.record(z.string(), z.string()), startsAt: z.number() }),
);

function knownOf(remembered: string | undefined): Known {
  if (remembered === undefined) return {};
  try {
    return knownSchema.parse(JSON.parse(remembered));
  } catch {
    // Written by another version. At worst an alert of another severity ends by itself, later.
    return {};
  }
}

/** Posts alerts to Alertmanager, which groups, silences and sends by rules of its own. */
export const alertmanager: ChannelType<typeof schema> = {
  type: 'alertmanager',
  about: 'Hands alerts to Prometheus Alertmanager (API v2).',
  schema,
  async create(settings, { clock, name, source }) {
    const { urls, token } = settings;
    const http = createHttp(clock, settings.timeout);
    const headers = {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const hints = {
      who: 'Alertmanager',
      denied: `Correct \`token\` of the channel ${name}, or the proxy before Alertmanager.`,
      gone: `Correct \`urls\` of the channel ${name}: the address of Alertmanager without /api/v2.`,
    };

    return {
      async deliver(notice, message, context) {
        const { body, memory } = alertsBody(
          notice,
          message,
          source,
          settings.firing_for,
          context.memory[MEMORY],
        );
        const failures: Delivery[] = [];
        for (const url of urls) {
          const delivery = deliveryOf(
            await http.send(
              { method: 'POST', url: apiOf(url, 'alerts'), headers, body, secrets: [token] },
              context.signal,
            ),
            hints,
          );
          if (delivery.kind === 'sent') {
            context.remember(MEMORY, memory);
            return failures.length === 0
              ? delivery
              : { ...delivery, why: `Member ${failures.length + 1} took it. ${whyOf(failures)}` };
          }
          failures.push(delivery);
        }
        return worstHope(failures);
      },
      async check(signal) {
        const reasons: string[] = [];
        for (const url of urls) {
          const outcome = await http.send(
            { method: 'GET', url: apiOf(url, 'status'), headers, secrets: [token] },
            signal,
          );
          const delivery = deliveryOf(outcome, hints);
          if (delivery.kind === 'sent') return { ok: true, why: 'Alertmanager answers.' };
          reasons.push(delivery.why);
        }
        return { ok: false, why: reasons.join(' ') };
      },
      close: () => http.close(),
    };
  },
};

const apiOf = (url: string, what: string): string => {
  const api = new URL(url);
  api.pathname = `${api.pathname.replace(/\/(?:api\/v2\/?)?$/, '')}/api/v2/${what}`;
  return api.href;
};

const whyOf = (deliveries: readonly Delivery[]): string => deliveries.map(({ why }) => why).join(' ');

/** While one of them may come back there is hope; only what all refuse is refused. */
function worstHope(failures: readonly Delivery[]): Delivery {
  const why = whyOf(failures);
  const waits = failures.flatMap((one) => (one.kind === 'later' ? [one.retryAfterMs] : []));
  if (waits.length > 0) {
    const known = waits.filter((wait) => wait !== null);
    // One that said nothing may be asked by the usual pace.
    return { kind: 'later', why, retryAfterMs: known.length === waits.length ? Math.min(...known) : null };
  }
  return failures.some(({ kind }) => kind === 'refused') ? { kind: 'refused', why } : { kind: 'dead', why };
}
