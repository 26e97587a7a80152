/** Which addresses a callback may go to: what a client names must not reach into the network the node stands in. */
import { BlockList, isIP } from 'node:net';
import { OcrError } from '@edge-ocr/shared/errors';

export interface CallbackRules {
  readonly allowHttp: boolean;
  /** Private, loopback and link-local addresses too. */
  readonly allowPrivate: boolean;
}

const MAX_CHARS = 2048;
/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // With 169.254.169.254, where clouds keep credentials of the machine.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Within 2000::/3, outside of which nothing is public: tunnels that carry an IPv4 address, and documentation. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IPV6) special.addSubnet(network, prefix, 'ipv6');
const publicIPv6 = new BlockList();
publicIPv6.addSubnet('2000::', 3, 'ipv6');

/** Whether the address is one of the public internet. @param address IPv4 or IPv6, not a name. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && publicIPv6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/**
 * What can be said of a callback's address without asking the DNS.
 * @throws OcrError INVALID_REQUEST
 */
export function checkCallbackUrl(text: string, rules: CallbackRules): URL {
  const url = text.length <= MAX_CHARS && URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) throw refused('is not a web address');
  if (url.protocol === 'http:' && !rules.allowHttp) throw refused('has to begin with https://');
  if (url.username || url.password) throw refused('may hold no user name or password');
  const host = hostOf(url);
  const isPrivateName = /(^|\.)(localhost|local|internal)\.?$/.test(host) || !/[.:]/.test(host);
  if (!rules.allowPrivate && (isPrivateName || (isIP(host) !== 0 && !isPublicAddress(host)))) {
    throw refused('is not in the public internet');
  }
  return url;
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function refused(problem: string): OcrError {
  return new OcrError('INVALID_REQUEST', {
    message: `Option callback_url: ${problem}`,
    suggestion: 'Give the https address of a server of yours that the internet can reach, or leave callback_url out.',
  });
}
