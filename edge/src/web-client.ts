import type { Bindings } from './env.ts';

/** Addresses that the web client answers itself, once its first page is loaded. Its own files are served before the Worker. */
const CLIENT_PAGE = /^\/(history|receipts|operations|queue)(\/[^/]+)?\/?$/;

/** The web client's page, where a browser asks for one of its addresses; undefined: the API's. */
export function webClientPage(request: Request, { ASSETS }: Bindings): Promise<Response> | undefined {
  // Before the address is parsed: an upload is not to pay for it.
  if (request.method !== 'GET') return undefined;
  const { origin, pathname } = new URL(request.url);
  if (!CLIENT_PAGE.test(pathname)) return undefined;
  return ASSETS.fetch(new Request(`${origin}/`, { headers: request.headers }));
}
