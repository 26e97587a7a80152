import { platform } from './platform.ts';

/** Unlikely to be made twice; no secret. Pages without https and React Native have no randomUUID. */
export function randomKey(): string {
  const random = () => Math.random().toString(36).slice(2).padEnd(11, '0');
  return platform.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${random()}-${random()}`;
}
