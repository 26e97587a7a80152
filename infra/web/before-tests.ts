/** For vitest: the Worker's configuration names the folder of the web client, so it must be there. */
import { buildWebClientIfStale } from './web-client.ts';

export async function setup(): Promise<void> {
  await buildWebClientIfStale();
}
