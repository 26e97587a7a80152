import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { computed, signal } from '@preact/signals';
import { claimsOf, isUsable } from './claims.ts';
import { watchedClient } from './watched-client.ts';

export type { Claims } from './claims.ts';

const STORED_AS = 'edge-ocr.token';

/** The access token of the person in front of the page; null: signed out. Kept for this browser until it expires. */
export const token = signal<string | null>(current(tokenInAddress() ?? localStorage.getItem(STORED_AS)));

/** Whether the session ended without the person asking for it. */
export const ended = signal(token.value === null && localStorage.getItem(STORED_AS) !== null);

export const claims = computed(() => (token.value === null ? null : claimsOf(token.value)));

export const isOperator = computed(() => claims.value?.scope?.split(' ').includes('admin') ?? false);

/** Whose session it is, as a name to keep things of theirs under; null: nobody's. */
export const person = computed(() => (claims.value === null ? null : `${claims.value.shop_id}/${claims.value.sub}`));

export const client = computed(() => (token.value === null ? null : clientWith(token.value)));

// Whoever signs in or out in one tab does so in all of them.
addEventListener('storage', ({ key, newValue }) => {
  if (key === STORED_AS) token.value = current(newValue);
});
addEventListener('online', () => {
  if (token.value !== null && current(token.value) === null) endSession();
});

/** Whether the token was one that can be used. */
export function signIn(entered: string): boolean {
  const usable = current(entered.trim());
  if (usable === null) return false;
  localStorage.setItem(STORED_AS, usable);
  token.value = usable;
  ended.value = false;
  return true;
}

export function signOut(): void {
  localStorage.removeItem(STORED_AS);
  token.value = null;
}

function endSession(): void {
  signOut();
  ended.value = true;
}

function clientWith(ofSession: string): OcrClient {
  return watchedClient(new OcrClient({ baseUrl: location.origin, token: ofSession }), () => {
    // A late answer to the token before must not end the session that has begun since.
    if (token.value === ofSession) endSession();
  });
}

/** `npm start` prints an address with a token behind its #, which no server sees; it is taken out of the address bar. */
function tokenInAddress(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  if (current(given)) localStorage.setItem(STORED_AS, given);
  return given;
}

function current(candidate: string | null): string | null {
  if (candidate === null) return null;
  return isUsable(claimsOf(candidate), { now: Date.now(), online: navigator.onLine }) ? candidate : null;
}
