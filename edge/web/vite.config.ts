import { defineConfig } from 'vite';
import { serviceWorkerFiles } from './service-worker-files.ts';

const SERVICE_WORKER = 'service-worker';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    serviceWorkerFiles(`${import.meta.dirname}/public`),
    { name: 'no-flash', transformIndexHtml: withoutFlash },
  ],
  build: {
    // The browsers that have had an update in the last two years.
    target: ['chrome125', 'firefox126', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    // Pages are loaded when they are opened, so that the first one is small.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        main: `${import.meta.dirname}/index.html`,
        docs: `${import.meta.dirname}/docs/index.html`,
        [SERVICE_WORKER]: `${import.meta.dirname}/src/offline/service-worker.ts`,
      },
      output: {
        // A service worker rules over its own folder and those below, and is found again by its name.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});

/** The script sets the chosen theme: painted before it, a dark page would flash white. Vite drops the attribute itself. */
function withoutFlash(html: string): string {
  return html.replace('<script type="module"', '<script type="module" blocking="render"');
}
