import type { Bindings } from '../env.ts';

declare global {
  namespace Cloudflare {
    /** What `env` of cloudflare:workers is in the tests: the bindings, and the values of vitest.config.ts. */
    interface Env extends Bindings {
      JWT_SECRET: string;
      INTERNAL_SECRET: string;
      NODE_URLS: string;
    }
    interface GlobalProps {
      mainModule: typeof import('../worker.ts');
    }
  }
}
