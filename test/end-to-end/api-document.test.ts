import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

interface Operation {
  readonly 'x-status': 'available' | 'planned';
  readonly security: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

let stack: TestStack;
let api: ApiClient;
let entries: Entry[];
beforeAll(async () => {
  stack = await startTestStack();
  api = new ApiClient(stack.edgeUrl, await stack.token());
  const { body } = await new ApiClient(stack.edgeUrl, null).send('/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, Operation>> };
  entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
});
afterAll(() => stack?.stop());

async function ask({ method, path, operation }: Entry, client = api): Promise<Answer> {
  const filled = path.replace('{id}', randomUUID()).replace('{sha256}', 'a'.repeat(64));
  const streams = JSON.stringify(operation.responses).includes('text/event-stream');
  return await (streams ? client.open(filled) : client.send(filled, { method: method.toUpperCase() }));
}

function isNotOffered(answer: Answer): boolean {
  return answer.status === 404 && JSON.stringify(answer.body).includes('does not offer it');
}

describe('the document that the edge serves', () => {
  it('says of every route whether it is there', () => {
    const counts = Object.groupBy(entries, ({ operation }) => operation['x-status']);
    expect(counts.available?.length).toBeGreaterThanOrEqual(7);
  });

  it('names as available what is answered, with a status that it lists', async () => {
    for (const entry of entries.filter(({ operation }) => operation['x-status'] === 'available')) {
      const answer = await ask(entry);
      const name = `${entry.method} ${entry.path}`;
      expect(isNotOffered(answer), name).toBe(false);
      expect(Object.keys(entry.operation.responses), name).toContain(String(answer.status));
      expect(answer.status, name).toBeLessThan(500);
    }
  });

  it('names as planned what is not offered yet', async () => {
    for (const entry of entries.filter(({ operation }) => operation['x-status'] === 'planned')) {
      const answer = await ask(entry);
      expect(answer.status, `${entry.method} ${entry.path}`).toBe(404);
      if (entry.method !== 'head') expect(isNotOffered(answer), `${entry.method} ${entry.path}`).toBe(true);
    }
  });

  it('says truly which available routes need a token', async () => {
    const anybody = new ApiClient(stack.edgeUrl, null);
    for (const entry of entries.filter(({ operation }) => operation['x-status'] === 'available')) {
      const { status } = await ask(entry, anybody);
      const needsToken = entry.operation.security.length > 0;
      expect(status === 401, `${entry.method} ${entry.path}`).toBe(needsToken);
    }
  });
});
