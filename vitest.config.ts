import { defineConfig } from 'vitest/config';

const node = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, environment: 'node' as const, testTimeout, hookTimeout: 120_000 },
});

export default defineConfig({
  test: {
    projects: [
      // What crosses packages but needs no running stack is tested in test/bench, deployment, images, load and monitoring.
      node(
        'unit',
        [
          '{shared,gpu-node,models,edge/web}/src/**/*.test.ts',
          'test/{bench,deployment,images,load,monitoring}/**/*.test.ts',
        ],
        20_000,
      ),
      './edge/vitest.config.ts',
      node('end-to-end', ['test/end-to-end/**/*.test.ts'], 120_000),
      node('services', ['test/services/**/*.test.ts'], 120_000),
    ],
  },
});
