/**
 * Makes kubernetes-schemas.json of what Kubernetes and KEDA publish, with what the manifests of this project use and no more:
 *
 *   node test/deployment/take-schemas.ts SWAGGER CRD…
 *
 * SWAGGER is api/openapi-spec/swagger.json of the Go module k8s.io/kubernetes, the CRDs are in config/crd/bases of
 * github.com/kedacore/keda/v2 (both Apache-2.0; the versions taken stand in kubernetes-schemas.json).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Schema = { [key: string]: unknown };

const KINDS = {
  'v1/ConfigMap': 'io.k8s.api.core.v1.ConfigMap',
  'v1/Namespace': 'io.k8s.api.core.v1.Namespace',
  'v1/Service': 'io.k8s.api.core.v1.Service',
  'v1/ServiceAccount': 'io.k8s.api.core.v1.ServiceAccount',
  'apps/v1/Deployment': 'io.k8s.api.apps.v1.Deployment',
  'batch/v1/Job': 'io.k8s.api.batch.v1.Job',
  'networking.k8s.io/v1/NetworkPolicy': 'io.k8s.api.networking.v1.NetworkPolicy',
  'policy/v1/PodDisruptionBudget': 'io.k8s.api.policy.v1.PodDisruptionBudget',
};
const OPEN = 'x-kubernetes-preserve-unknown-fields';
const INT_OR_STRING = { type: ['integer', 'string'] };
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** JSON Schema of OpenAPI's, closed: a field that nobody knows is a mistake, as with `kubectl apply --validate=strict`. */
function closed(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return INT_OR_STRING;
  const kept = Object.entries(schema).filter(([key]) => !/^(description|default|format|x-.*|\$schema)$/.test(key));
  const inner = kept.map(([key, value]) => [
    key,
    key === 'properties' ? closedEach(value as Schema) : closedValue(value),
  ]);
  const isClosed = schema.properties !== undefined && schema.additionalProperties === undefined && !schema[OPEN];
  return { ...Object.fromEntries(inner), ...(isClosed && { additionalProperties: false }) };
}

const closedEach = (properties: Schema): Schema =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, closed(schema as Schema)]));

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closed(value as Schema) : value;
}

function referencesOf(schema: Schema): string[] {
  return [...JSON.stringify(schema).matchAll(/#\/definitions\/([\w.-]+)/g)].map(([, name]) => name!);
}

function takeDefinitions(all: Record<string, Schema>): Record<string, Schema> {
  const taken: Record<string, Schema> = {};
  const wanted: string[] = Object.values(KINDS);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (taken[name]) continue;
    const schema = name === QUANTITY ? { type: ['string', 'number'] } : closed(all[name]!);
    taken[name] = schema;
    wanted.push(...referencesOf(schema));
  }
  return taken;
}

interface CustomResource {
  spec: { group: string; names: { kind: string }; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
}

function customKind(file: string): [string, Schema] {
  const { spec } = parse(readFileSync(file, 'utf8')) as CustomResource;
  const version = spec.versions[0]!;
  const schema = closed(version.schema.openAPIV3Schema);
  // Of a custom resource only name and the like are said to be an object.
  const properties = { ...(schema.properties as Schema), metadata: { type: 'object' } };
  return [`${spec.group}/${version.name}/${spec.names.kind}`, { ...schema, properties }];
}

const [swagger, ...resources] = process.argv.slice(2);
const versionOf = (path: string) => /@(v[\d.]+)/.exec(path)?.[1] ?? 'unknown';
const kinds = Object.fromEntries(Object.entries(KINDS).map(([id, name]) => [id, { $ref: `#/definitions/${name}` }]));
const { definitions } = JSON.parse(readFileSync(swagger!, 'utf8')) as { definitions: Record<string, Schema> };
const document = {
  origin: `k8s.io/kubernetes ${versionOf(swagger!)}, github.com/kedacore/keda ${versionOf(resources[0]!)}; Apache-2.0`,
  kinds: { ...kinds, ...Object.fromEntries(resources.map(customKind)) },
  definitions: takeDefinitions(definitions),
};
writeFileSync(join(import.meta.dirname, 'kubernetes-schemas.json'), `${JSON.stringify(document)}\n`);
