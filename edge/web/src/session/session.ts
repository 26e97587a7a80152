import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { computed, signal } from '@preact/signals';

const STORED_AS = 'edge-ocr.token';

export interface Claims {
  readonly sub: string;
  readonly shop_id: string;
  readonly scope?: string;
  readonly exp: number;
}

/** The access token of the person in front of the page; null: signed out. Kept for this browser until it expires. */
export const token = signal<string | null>(current(tokenInAddress() ?? localStorage.getItem(STORED_AS)));

export const claims = computed(() => (token.value === null ? null : claimsOf(token.value)));

export const client = computed(() =>
  token.value === null ? null : new OcrClient({ baseUrl: location.origin, token: token.value }),
);

/** Whether the token was one that can be used. */
export function signIn(entered: string): boolean {
  const usable = current(entered.trim());
  if (usable === null) return false;
  localStorage.setItem(STORED_AS, usable);
  token.value = usable;
  return true;
}

export function signOut(): void {
  localStorage.removeItem(STORED_AS);
  token.value = null;
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
  const found = claimsOf(candidate);
  return found !== null && found.exp * 1000 > Date.now() ? candidate : null;
}

/** Read, not verified: the edge verifies; here they only say what to show. */
function claimsOf(candidate: string): Claims | null {
  try {
    const payload = candidate.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const read = JSON.parse(atob(payload)) as Claims;
    return typeof read.exp === 'number' && typeof read.shop_id === 'string' ? read : null;
  } catch {
    return null;
  }
}
