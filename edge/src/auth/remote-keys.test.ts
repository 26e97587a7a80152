import { env } from 'cloudflare:workers';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, errorOf, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';

/** An identity provider: it has keys, signs with them, and shows their public halves at its address. */
class StandInProvider {
  readonly url = `http://idp-${crypto.randomUUID()}.test/jwks.json`;
  readonly shown: JWK[] = [];
  readonly #keys = new Map<string, { alg: string; key: CryptoKey }>();
  fetches = 0;
  respond = () => Response.json({ keys: this.shown });

  async addKey(kid: string, alg: 'RS256' | 'ES256', { show = true } = {}): Promise<CryptoKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    this.#keys.set(kid, { alg, key: privateKey });
    if (show) this.shown.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
    return publicKey;
  }

  async token(kid: string, header: { kid?: string; alg?: string } = {}): Promise<string> {
    const { alg, key } = this.#keys.get(kid)!;
    return await this.#claims()
      .setProtectedHeader({ alg, kid, ...header })
      .sign(key);
  }

  async hs256(secret: Uint8Array, kid: string): Promise<string> {
    return await this.#claims().setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
  }

  #claims(): SignJWT {
    return new SignJWT({ sub: crypto.randomUUID(), shop_id: crypto.randomUUID(), scope: 'ocr:read ocr:write' })
      .setIssuer('edge-ocr')
      .setAudience('edge-ocr')
      .setExpirationTime('10m');
  }
}

let node: StandInNode;
let provider: StandInProvider;
let vars: Record<string, string | undefined>;
beforeEach(() => {
  vi.restoreAllMocks();
  captureLog();
  node = new StandInNode();
  provider = new StandInProvider();
  vars = { JWT_SECRET: undefined, JWKS_URL: provider.url, JWKS_COOLDOWN_SECONDS: '0' };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (request.url !== provider.url) return await node.handle(request);
    provider.fetches++;
    return provider.respond();
  });
});

/** Bindings of one isolate, so that what is learnt with one request is known in the next. */
function isolate(more: Record<string, string | undefined> = {}) {
  const bindings = { ...env, NODE_URLS: node.url, ...vars, ...more };
  return async (token: string) => await send(await postImage({ token }), { bindings });
}

describe('public keys', () => {
  it.each(['RS256', 'ES256'] as const)('of %s let their tokens in, fetched once', async (alg) => {
    await provider.addKey('first', alg);
    const post = isolate();
    for (let i = 0; i < 3; i++) expect((await post(await provider.token('first'))).status).toBe(200);
    expect(provider.fetches).toBe(1);
  });

  it('that are new are picked up, and those taken away are refused', async () => {
    await provider.addKey('old', 'RS256');
    const post = isolate();
    expect((await post(await provider.token('old'))).status).toBe(200);
    await provider.addKey('new', 'ES256');
    expect((await post(await provider.token('new'))).status).toBe(200);
    provider.shown.shift();
    await provider.addKey('newest', 'RS256');
    expect((await post(await provider.token('newest'))).status).toBe(200);
    expect((await post(await provider.token('old'))).status).toBe(401);
  });

  it('that are unknown are refused, and asked for no more often than the cooldown says', async () => {
    await provider.addKey('known', 'RS256');
    await provider.addKey('hidden', 'RS256', { show: false });
    const post = isolate({ JWKS_COOLDOWN_SECONDS: '30' });
    for (let i = 0; i < 5; i++) expect((await post(await provider.token('hidden'))).status).toBe(401);
    expect((await post(await provider.token('hidden', { kid: 'known' }))).status).toBe(401);
    expect(provider.fetches).toBe(1);
  });

  it('are no secrets: a token signed with one by HS256 is refused', async () => {
    const publicKey = await provider.addKey('first', 'RS256');
    const pem = await exportSPKI(publicKey);
    const forgeries = [pem, pem.trim(), JSON.stringify(provider.shown[0]), provider.shown[0]!.n!];
    for (const withSecret of [{}, { JWT_SECRET: env.JWT_SECRET }]) {
      const post = isolate(withSecret);
      for (const secret of forgeries) {
        expect((await post(await provider.hs256(new TextEncoder().encode(secret), 'first'))).status).toBe(401);
      }
    }
  });

  it('of a set that holds a secret do not verify HS256', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    await provider.addKey('first', 'RS256');
    const k = secret.toBase64({ alphabet: 'base64url', omitPadding: true });
    provider.shown.push({ kty: 'oct', kid: 'shared', alg: 'HS256', k });
    expect((await isolate()(await provider.hs256(secret, 'shared'))).status).toBe(401);
  });

  it('without a secret beside them let no HS256 token in, with one they do', async () => {
    await provider.addKey('first', 'RS256');
    expect((await isolate()(await accessToken())).status).toBe(401);
    const both = isolate({ JWT_SECRET: env.JWT_SECRET });
    expect((await both(await accessToken())).status).toBe(200);
    expect((await both(await provider.token('first'))).status).toBe(200);
  });

  it('of another algorithm than their own are refused', async () => {
    await provider.addKey('first', 'RS256');
    const [, payload] = (await provider.token('first')).split('.');
    for (const alg of ['none', 'RS512', 'PS256', 'EdDSA']) {
      const header = btoa(JSON.stringify({ alg, kid: 'first' })).replaceAll('=', '');
      expect((await isolate()(`${header}.${payload}.c2lnbmF0dXJl`)).status).toBe(401);
    }
  });

  it.each<[string, () => Response]>([
    ['is down', () => new Response('oops', { status: 500 })],
    ['sends its clients elsewhere', () => Response.redirect('https://elsewhere.example/jwks.json')],
    ['sends far too much', () => new Response(new Uint8Array(100_000))],
  ])('of a provider that %s are OVERLOADED, with one try in a while', async (_, respond) => {
    await provider.addKey('first', 'RS256');
    const answer = provider.respond;
    provider.respond = respond;
    const post = isolate();
    for (let i = 0; i < 3; i++) {
      const response = await post(await provider.token('first'));
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await errorOf(response)).code).toBe('OVERLOADED');
    }
    expect(provider.fetches).toBe(1);
    provider.respond = answer;
    await vi.waitFor(async () => expect((await post(await provider.token('first'))).status).toBe(200), {
      timeout: 5000,
      interval: 200,
    });
  });

  it.each(['http://idp.example.com/jwks', 'ftp://idp.test/jwks', 'https://user:password@idp.test/', 'jwks.json'])(
    'at %s stop the Worker',
    async (url) => {
      expect((await errorOf(await isolate({ JWKS_URL: url })(await accessToken()))).code).toBe('INTERNAL');
    },
  );
});
