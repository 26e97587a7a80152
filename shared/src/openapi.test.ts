import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, ERROR_CODES } from './errors.ts';
import { buildOpenApiDocument } from './openapi.ts';
import { ROUTES } from './routes.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-status': string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

const built = buildOpenApiDocument('1.2.3');
const paths = built.paths as Record<string, Record<string, Operation>>;
const schemas = (built.components as { schemas: Record<string, Record<string, unknown>> }).schemas;
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

/** Every value under the key `$ref`, however deep. */
function refsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

describe('the OpenAPI document', () => {
  it('refers only to schemas that it has', () => {
    const refs = refsIn(built);
    expect(refs.length).toBeGreaterThan(50);
    const unresolved = refs.filter((ref) => !Object.hasOwn(schemas, ref.replace('#/components/schemas/', '')));
    expect(unresolved).toEqual([]);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(built))).toEqual(built);
    expect(JSON.stringify(built)).not.toContain('$defs');
  });

  it('has every route of the table under its own operation id', () => {
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(ROUTES.length);
    for (const route of ROUTES) expect(paths[route.path]?.[route.method]?.['x-status']).toBe(route.status);
  });

  it('declares every parameter of every path', () => {
    for (const [path, methods] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods)) {
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(named);
        expect(inPath.every(({ required }) => required)).toBe(true);
      }
    }
  });

  it('documents each error of a route under its status', () => {
    for (const route of ROUTES) {
      const responses = paths[route.path]?.[route.method]?.responses ?? {};
      for (const code of route.errors) {
        expect(responses[ERROR_CATALOGUE[code].status]?.description).toContain(`${code}: `);
      }
      if (route.scope !== null) expect(responses).toHaveProperty('401');
    }
  });

  it('names the files that another format than JSON comes as', () => {
    const { responses } = paths['/api/v1/ocr/results/{id}']!.get!;
    expect(Object.keys(responses[200]?.content ?? {})).toEqual([
      'application/json',
      'text/csv; charset=utf-8; header=present',
      'text/plain; charset=utf-8',
      'application/xhtml+xml; charset=utf-8',
    ]);
  });

  it('puts every route under a heading that it has', () => {
    const headings = (built.tags as { name: string }[]).map(({ name }) => name);
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect([...used].sort()).toEqual([...headings].sort());
  });

  it('knows exactly the codes of the catalogue', () => {
    const error = schemas.Error as { properties: { code: { enum: string[] } } };
    expect(error.properties.code.enum).toEqual(ERROR_CODES);
  });
});
