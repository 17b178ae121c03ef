import { expect } from 'vitest';
import type { Received } from './receiver.ts';

/** A channel that speaks HTTP, and what its receivers take. */
export interface HttpCase {
  readonly name: string;
  readonly type: string;
  readonly settings: (url: string) => object;
  /** Throws when a receiver would not take it. */
  readonly hold: (request: Received) => void;
}

/** It must be in nothing that is told. */
export const SECRET = 'hush-hush-0123';
const json = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
const isIso = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text));

/** All that speak HTTP. */
export const HTTP_CHANNELS: readonly HttpCase[] = [
  {
    name: 'webhook',
    type: 'webhook',
    settings: (url) => ({
      url: `${url}/${SECRET}`,
      secret: SECRET,
      token: SECRET,
      headers: { 'x-key': SECRET },
    }),
    hold({ body }) {
      expect(json(body)).toMatchObject({ version: '1', title: expect.any(String) as string });
      expect(body.length).toBeLessThan(4_000_000);
    },
  },
  {
    name: 'webhook as Alertmanager',
    type: 'webhook',
    settings: (url) => ({ url: `${url}/${SECRET}`, format: 'alertmanager', token: SECRET }),
    hold({ body }) {
      const { version, alerts } = json(body);
      expect(version).toBe('4');
      expect((alerts as unknown[]).length).toBeGreaterThan(0);
      expect((alerts as unknown[]).length).toBeLessThanOrEqual(100);
    },
  },
  {
    name: 'alertmanager',
    type: 'alertmanager',
    settings: (url) => ({ urls: [`${url}/${SECRET}`], token: SECRET }),
    hold({ body }) {
      const alerts = JSON.parse(body) as {
        labels: Record<string, string>;
        startsAt: string;
        endsAt: string;
      }[];
      expect(alerts.length).toBeGreaterThan(0);
      for (const { labels, startsAt, endsAt } of alerts) {
        expect(labels['alertname']).not.toBe('');
        for (const [name, value] of Object.entries(labels)) {
          expect(name).toMatch(/^[a-zA-Z_]\w*$/);
          expect(value).not.toBe('');
        }
        expect([isIso(startsAt), isIso(endsAt), endsAt >= startsAt]).toEqual([true, true, true]);
      }
    },
  },
  {
    name: 'slack',
    type: 'slack',
    settings: (url) => ({ url: `${url}/services/${SECRET}` }),
    hold({ body }) {
      const { text, blocks } = JSON.parse(body) as { text: string; blocks: { text: { text: string } }[] };
      expect(text).not.toBe('');
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) {
        expect(block.text.text.length).toBeGreaterThan(0);
        expect(block.text.text.length).toBeLessThanOrEqual(3_000);
      }
    },
  },
  {
    name: 'discord',
    type: 'discord',
    settings: (url) => ({ url: `${url}/api/webhooks/1/${SECRET}` }),
    hold({ path, headers, body }) {
      expect(path).toMatch(/\?wait=true$/);
      const payload = headers['content-type']?.startsWith('multipart/form-data')
        ? (/name="payload_json"\r\n\r\n([^\r]*)\r\n/.exec(body)?.[1] ?? '')
        : body;
      const { content, embeds, allowed_mentions } = JSON.parse(payload) as {
        content: string;
        embeds: { description: string; fields: { name: string; value: string }[] }[];
        allowed_mentions: unknown;
      };
      expect(allowed_mentions).toEqual({ parse: [] });
      expect(content.length).toBeLessThanOrEqual(2_000);
      let all = 0;
      for (const { description, fields } of embeds) {
        expect(description.length).toBeLessThanOrEqual(4_096);
        expect(fields.length).toBeLessThanOrEqual(25);
        all += description.length;
        for (const { name, value } of fields) {
          expect([name.length <= 256, value.length <= 1_024, name !== '', value !== '']).not.toContain(false);
          all += name.length + value.length;
        }
      }
      expect(all).toBeLessThanOrEqual(6_000);
    },
  },
  {
    name: 'ntfy',
    type: 'ntfy',
    settings: (url) => ({ url, topic: SECRET, token: SECRET }),
    hold({ body }) {
      const { topic, message, priority, title } = json(body);
      expect([topic, typeof title]).toEqual([SECRET, 'string']);
      expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(4_096);
      expect([1, 2, 3, 4, 5]).toContain(priority);
    },
  },
];
