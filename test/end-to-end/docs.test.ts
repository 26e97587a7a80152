import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

describe('the API reference', () => {
  it('is a page of its own, whose scripts and styles are all here', async () => {
    const response = await fetch(`${stack.edgeUrl}/docs`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    const parts = [...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
    expect(parts.map((address) => address.split('.').at(-1))).toEqual(expect.arrayContaining(['js', 'css']));
    for (const address of parts) {
      expect(address).toMatch(/^\/(?!\/)/);
      const part = await fetch(stack.edgeUrl + address);
      expect([address, part.status]).toEqual([address, 200]);
    }
  });

  it('may ask nobody else, by a policy in the place of the web client’s', async () => {
    const policy = async (path: string) =>
      (await fetch(stack.edgeUrl + path)).headers.get('content-security-policy') ?? '';
    const [own, client] = [await policy('/docs/'), await policy('/')];
    // Two policies that both hold would come joined by a comma.
    expect(own).not.toContain(',');
    expect(own).not.toMatch(/unsafe|https?:|\*/);
    expect(own).toContain("script-src 'self';");
    expect(own).not.toBe(client);
  });
});
