/** Which requests the service worker answers, and from what. */

export interface AskedFor {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** Never from a cache: what the service says changes, belongs to a person, or is not part of the client. */
const SERVICE = /^\/(api|docs)(\/|$)|^\/(openapi\.json|ready|service-worker\.js)$/;

/** page: the client's one page, whatever its address. file: one of its built files. null: not the service worker's. */
export function kindOf({ method, mode, url }: AskedFor, origin: string, files: ReadonlySet<string>) {
  const { origin: of, pathname } = new URL(url);
  if (method !== 'GET' || of !== origin || SERVICE.test(pathname)) return null;
  if (mode === 'navigate') return 'page';
  return files.has(pathname) ? 'file' : null;
}
