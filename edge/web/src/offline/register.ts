/** Lets the client open without a connection. Browsers allow it over https, and on this machine itself. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !isSecureContext || !('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' }).catch((error: unknown) => {
      console.warn('Without its service worker this page does not open offline.', error);
    });
  });
}
