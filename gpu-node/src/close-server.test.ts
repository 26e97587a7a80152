import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { closeServer } from './close-server.ts';

async function listening() {
  const app = Fastify();
  app.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return 'done';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port };
}

test('a connection that was never used does not hold up the end', async () => {
  const { app, port } = await listening();
  const unused = connect(port, '127.0.0.1');
  await once(unused, 'connect');
  const closed = once(unused, 'close');
  await closeServer(app, 50);
  await closed;
  expect(unused.destroyed).toBe(true);
});

test('an answer that is on its way arrives', async () => {
  const { app, port } = await listening();
  const answer = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
  await once(app.server, 'request');
  await closeServer(app, 10_000);
  expect(await answer).toBe('done');
});
