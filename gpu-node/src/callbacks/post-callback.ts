/** One call of a callback address, over a connection to an address that was checked. */
import { lookup } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type CallbackRules, checkCallbackUrl, isPublicAddress } from './callback-address.ts';

export interface CallbackCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From the name's resolution to the answer's head. */
  readonly timeoutMs: number;
}

/**
 * POST, without following redirects: they could lead anywhere. The answer's body is not read.
 * @returns its status.
 * @throws Error when there is no answer in time, or the name leads to an address that is not public.
 */
export async function postCallback(call: CallbackCall, rules: CallbackRules): Promise<number> {
  const url = checkCallbackUrl(call.url, rules);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...call.headers, 'Content-Length': Buffer.byteLength(call.body) },
    // The connection goes to what this gives, so a name that changes its mind after the check changes nothing.
    ...(!rules.allowPrivate && { lookup: lookupPublic }),
    agent: false,
    signal: AbortSignal.timeout(call.timeoutMs),
    maxHeaderSize: 16 * 1024,
  };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  sent.on('error', reject);
  sent.end(call.body);
  return await promise;
}

/** As dns.lookup, but an error unless all addresses of the name are public. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(new Error('The name of the callback address does not lead into the public internet'), []);
    }
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
