import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    // The browsers that have had an update in the last two years.
    target: ['chrome120', 'firefox121', 'safari17'],
    outDir: 'dist',
    emptyOutDir: true,
    // Pages are loaded when they are opened, so that the first one is small.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { main: `${import.meta.dirname}/index.html` } },
  },
});
