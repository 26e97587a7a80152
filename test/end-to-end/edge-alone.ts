/** The Worker in workerd, before stand-in nodes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { startEdge } from '@edge-ocr/infra/local/edge';
import { temporaryFolder } from './stack.ts';

export interface EdgeAlone {
  readonly url: string;
  /** An access token; shop and user are new ones unless given. */
  token(request?: { readonly shopId?: string; readonly userId?: string; readonly scope?: string }): Promise<string>;
  stop(): Promise<void>;
}

export interface EdgeAloneOptions {
  readonly nodeUrl: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** Shared by edges whose tokens are to be the same. */
  readonly jwtSecret?: string;
}

export async function startEdgeAlone({ nodeUrl, vars = {}, jwtSecret }: EdgeAloneOptions): Promise<EdgeAlone> {
  const dataDir = await temporaryFolder();
  const secret = () => randomBytes(32).toString('base64url');
  const secrets = { JWT_SECRET: jwtSecret ?? secret(), INTERNAL_SECRET: secret() };
  const edge = await startEdge({ port: 0, nodeUrl, dataDir, secrets, vars, logLevel: 'none' });
  return {
    url: edge.url,
    token: (request) =>
      signAccessToken(secrets.JWT_SECRET, {
        shopId: randomUUID(),
        userId: randomUUID(),
        scope: 'ocr:read ocr:write',
        lifetimeSeconds: 3600,
        ...request,
      }),
    async stop() {
      await edge.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
