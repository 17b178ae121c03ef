import { afterAll, beforeAll, expect, it } from 'vitest';
import { routes } from './routes.ts';
import { startHarness, type Harness } from './testing/harness.ts';

interface Operation {
  readonly summary?: string;
  readonly security?: unknown[];
  readonly parameters?: { readonly name: string; readonly in: string }[];
  readonly responses?: Record<string, unknown>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let harness: Harness;
let document: Document;
beforeAll(async () => {
  harness = await startHarness();
  document = (await harness.request('/docs/json')).json as Document;
});
afterAll(() => harness.server.close());

const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
const documented = routes.filter(({ kind }) => kind !== 'page' && kind !== 'docs');

it('lists every route of the table, and nothing else', () => {
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(listed.sort()).toEqual(
    documented.map(({ method, path }) => `${method} ${openApiPath(path)}`).sort(),
  );
});

it('describes each route: its scope, its parameters, its answers and how it fails', () => {
  for (const row of documented) {
    const operation = document.paths[openApiPath(row.path)]?.[row.method.toLowerCase()];
    const name = `${row.method} ${row.path}`;
    expect(operation?.summary, name).toBe(row.summary);
    expect(operation?.security?.length === 0, name).toBe(row.needs === null);
    const inPath = operation?.parameters
      ?.filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name);
    expect(inPath ?? [], name).toEqual([...row.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter));
    const answers = Object.keys(operation?.responses ?? {});
    expect(answers, name).toEqual([...Object.keys(row.answers), '4XX', '5XX']);
  }
});

it('is OpenAPI 3.1 whose references all lead somewhere', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Moonwarden', version: '0.0.0-test' });
  const references: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref') references.push(value as string);
    return value;
  });
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) {
    expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas, reference).toHaveProperty(reference.split('/').at(-1) ?? '');
  }
});

it('its page gets the policy that it needs, and no other page does', async () => {
  const page = await harness.request('/docs');
  expect(page.headers['content-security-policy']).toContain("style-src 'self' 'unsafe-inline'");
  expect(page.text).not.toMatch(/<script>[^<]/);
  expect((await harness.request('/api/session')).headers['content-security-policy']).not.toContain('unsafe');
});
