/** The OpenAPI 3.1 document, made from the route table, the schemas and the error catalogue. */
import { z } from 'zod';
import { errorEnvelopeSchema, successEnvelope } from './contract/envelope.ts';
import { ERROR_CATALOGUE, type ErrorCode } from './errors.ts';
import { IDEMPOTENCY_KEY_PATTERN } from './idempotency.ts';
import { MEDIA_TYPES, OTHER_MEDIA_TYPES, SUPPORTED_FORMATS } from './image-format.ts';
import { ROUTES, type Route, successSchemaOf } from './routes.ts';

type Json = Record<string, unknown>;
const COMPONENTS = '#/components/schemas/';
const BINARY: Json = { type: 'string', format: 'binary' };
/** Errors any authenticated route can answer with. */
const COMMON_ERRORS: ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'];

/** @param version of the service, from package.json. */
export function buildOpenApiDocument(version: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'edge-ocr',
      version,
      description:
        'Send a photo, get back text, structured fields and codes. Every JSON answer is the envelope { success, data | error }.',
    },
    tags: [...TAGS.map(([, name]) => ({ name })), { name: 'Operations' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: components,
    },
  };
}

function operation(route: Route, components: Json): Json {
  const success = successSchemaOf(route);
  const mediaType = route.success.mediaType ?? 'application/json';
  const errors = route.scope === null ? route.errors : [...route.errors, ...COMMON_ERRORS];
  const content = success && {
    [mediaType]: { schema: schemaOf(success, 'output', components) },
    ...Object.fromEntries((route.success.files ?? []).map((type) => [type, { schema: { type: 'string' } }])),
  };
  const { also } = route.success;
  return {
    summary: route.summary,
    tags: [tagOf(route.path)],
    operationId: `${route.method}${route.path.replace(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    'x-status': route.status,
    security: route.scope === null ? [] : [{ bearer: [route.scope] }],
    parameters: parameters(route, components),
    ...(route.body && { requestBody: requestBody(route.body, components) }),
    responses: {
      [route.success.status]: {
        description: 'Success',
        ...(route.success.files && { headers: FILE_HEADERS }),
        ...(content && { content }),
        ...(!success && route.success.mediaType && { content: { [mediaType]: { schema: BINARY } } }),
      },
      ...(also && { [also.status]: { description: also.description, ...(content && { content }) } }),
      ...(route.queued && { 202: queuedResponse(route.queued, components) }),
      ...errorResponses(errors, components),
    },
  };
}

/** Of an answer in another format than JSON. */
const FILE_HEADERS: Json = {
  'Content-Disposition': { description: 'The name of a file.', schema: { type: 'string' } },
  Link: {
    description: 'The next page of a list in another format than JSON, as rel="next".',
    schema: { type: 'string' },
  },
};

function queuedResponse(data: z.ZodType, components: Json): Json {
  return {
    description: 'The service is too busy to answer in time: a job was made of the request',
    content: { 'application/json': { schema: schemaOf(successEnvelope(data), 'output', components) } },
  };
}

/** Headings of a reference made from this document, by what the paths begin with. */
const TAGS: readonly (readonly [path: RegExp, tag: string])[] = [
  [/^\/api\/v1\/ocr\/(process|batch)/, 'Reading'],
  [/^\/api\/v1\/ocr\/results/, 'Results'],
  [/^\/api\/v1\/ocr\/(jobs|events)/, 'Jobs'],
  [/^\/api\/v1\/receipts/, 'Receipts'],
  [/^\/api\/v1\/images/, 'Images'],
];

function tagOf(path: string): string {
  return TAGS.find(([pattern]) => pattern.test(path))?.[1] ?? 'Operations';
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes the request repeatable for 24 hours: the same key with the same request is answered with the first answer and ' +
    '`Idempotency-Replayed: true`, with another request it is CONFLICT, and so it is, with Retry-After, while the first is ' +
    'still being processed.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN },
};

function parameters(route: Route, components: Json): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'sha256' ? { type: 'string', pattern: '^[0-9a-f]{64}$' } : { type: 'string', format: 'uuid' },
  }));
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(schema as z.ZodType, 'input', components),
  }));
  const idempotency = route.method === 'post' ? [IDEMPOTENCY_KEY] : [];
  return [...inPath, ...inQuery, ...idempotency];
}

function requestBody(body: NonNullable<Route['body']>, components: Json): Json {
  const bareTypes = body.bareImage
    ? [...SUPPORTED_FORMATS.map((format) => MEDIA_TYPES[format]), ...OTHER_MEDIA_TYPES]
    : [];
  return {
    required: true,
    content: {
      ...(body.multipart && { 'multipart/form-data': { schema: schemaOf(body.multipart, 'input', components) } }),
      ...(body.json && { 'application/json': { schema: schemaOf(body.json, 'input', components) } }),
      ...Object.fromEntries(bareTypes.map((type) => [type, { schema: BINARY }])),
    },
  };
}

/** One response a status; codes that share a status are listed in its description. */
function errorResponses(codes: readonly ErrorCode[], components: Json): Json {
  const byStatus = Map.groupBy(codes, (code) => ERROR_CATALOGUE[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${ERROR_CATALOGUE[code].message}`).join('. '),
        content: { 'application/json': { schema: schemaOf(errorEnvelopeSchema, 'output', components) } },
      },
    ]),
  );
}

/** JSON Schema of a zod schema; schemas with an id move to components and are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $defs = {},
    $schema: _,
    ...own
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Record<string, Json> };
  for (const [name, definition] of Object.entries($defs)) components[name] ??= withRefs(definition);
  if (typeof own.id === 'string') {
    components[own.id] ??= withRefs(own);
    return { $ref: COMPONENTS + own.id };
  }
  return withRefs(own) as Json;
}

/** zod refers to `#/$defs/X`; the document keeps X under components. */
function withRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withRefs);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'id' || typeof (value as Json).id !== 'string')
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', COMPONENTS) : withRefs(inner),
      ]),
  );
}
