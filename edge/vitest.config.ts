import { randomBytes } from 'node:crypto';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Fresh in every run: the tests sign with what the Worker was given, and no secret is in the repository. */
const secret = () => randomBytes(32).toString('base64url');

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jsonc' },
      miniflare: {
        bindings: { JWT_SECRET: secret(), INTERNAL_SECRET: secret(), NODE_URLS: 'http://node.test' },
      },
    }),
  ],
  test: {
    name: 'edge',
    globalSetup: '../infra/web/before-tests.ts',
    include: ['src/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
