import { parseConfig } from '@edge-ocr/gpu-node/config';
import { startNode } from '@edge-ocr/gpu-node/node';
import { LOCAL_SHOP_ID, LOCAL_USER_ID, signAccessToken, type TokenRequest } from './access-token.ts';
import { startEdge } from './edge.ts';
import { requireFreePort } from './ports.ts';
import { type LocalSettings, localSecrets } from './settings.ts';

export interface StackOptions extends LocalSettings {
  /** Environment of the node, beyond ports and folders. */
  readonly nodeEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Variables of the Worker that differ from edge/wrangler.jsonc. */
  readonly edgeVars?: Readonly<Record<string, string>>;
}

export interface RunningStack {
  readonly edgeUrl: string;
  readonly nodeUrl: string;
  /** An access token of this stack. */
  token(request?: Partial<TokenRequest>): Promise<string>;
  /** Edge first, so that nobody is sent to a node that is going. Idempotent. */
  stop(): Promise<void>;
}

/** Edge and node on embedded defaults, on loopback. Whatever was started is stopped again when the rest fails. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  await requireFreePort('EDGE_PORT', options.EDGE_PORT);
  await requireFreePort('NODE_PORT', options.NODE_PORT);
  const secrets = await localSecrets(options.DATA_DIR);
  const node = await startNode(
    parseConfig({
      ...options.nodeEnvironment,
      NODE_PORT: String(options.NODE_PORT),
      DATA_DIR: options.DATA_DIR,
      INTERNAL_SECRET: secrets.INTERNAL_SECRET,
    }),
  );
  const edge = await startEdge({
    port: options.EDGE_PORT,
    nodeUrl: node.url,
    dataDir: options.DATA_DIR,
    secrets: { JWT_SECRET: secrets.JWT_SECRET, INTERNAL_SECRET: secrets.INTERNAL_SECRET },
    vars: options.edgeVars ?? {},
    logLevel: 'error',
  }).catch(async (error) => {
    await node.stop();
    throw error;
  });
  let stopping: Promise<void> | undefined;
  return {
    edgeUrl: edge.url,
    nodeUrl: node.url,
    token: (request) => signAccessToken(secrets.JWT_SECRET, { ...DEFAULT_TOKEN, ...request }),
    stop() {
      stopping ??= edge.stop().finally(() => node.stop());
      return stopping;
    },
  };
}

const DEFAULT_TOKEN: TokenRequest = {
  userId: LOCAL_USER_ID,
  shopId: LOCAL_SHOP_ID,
  scope: 'ocr:read ocr:write admin',
  lifetimeSeconds: 3600,
};
