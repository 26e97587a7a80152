import { env } from 'cloudflare:workers';
import type { Bindings } from '../env.ts';

/**
 * fetch for addresses of nodes: through the private network where the Worker is bound to one, so that nodes need no address
 * on the internet, and may announce those that they have in their cluster.
 */
export function fetchNode(url: string, init: RequestInit): Promise<Response> {
  const { NODE_NETWORK: network } = env as unknown as Bindings;
  return network ? network.fetch(url, init) : fetch(url, init);
}
