import { online } from './queue.ts';

/** Says why a page is not loaded for now. `what` becomes of it is a sentence without its time. */
export function OfflineNotice({ what }: { what: string }) {
  if (online.value) return null;
  return (
    <p class="notice warn" role="status">
      You are offline. {what} when the connection returns.
    </p>
  );
}
