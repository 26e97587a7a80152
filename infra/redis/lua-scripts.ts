import { createHash } from 'node:crypto';
import type { Command } from './connect-redis.ts';

/** Enough for every script that the limiters have; a client that knows more sends them anew. */
const MAX_SCRIPTS = 1000;
/** @upstash/ratelimit begins its scripts with a flag that only Upstash's own Redis knows; a real one refuses it. */
const UPSTASH_SHEBANG = /^#!lua flags=allow-key-locking[^\n]*\n/;

/**
 * Makes scripts written for Upstash run on a real Redis. The line above is taken off, which changes the script's SHA-1:
 * so the SHA that a client computed is remembered and replaced. One that was not seen yet goes to Redis as it is, whose
 * NOSCRIPT makes the client send the whole script.
 */
export class LuaScripts {
  readonly #shaByClientSha = new Map<string, string>();

  translate(command: Command): Command {
    const [name, first = '', ...rest] = command;
    if (name === 'EVAL' || name === 'EVAL_RO') return [name, this.#strip(first), ...rest];
    if (name === 'EVALSHA' || name === 'EVALSHA_RO') return [name, this.#known(first), ...rest];
    if (name !== 'SCRIPT') return command;
    const [script = ''] = rest;
    if (first.toUpperCase() === 'LOAD') return [name, first, this.#strip(script)];
    return first.toUpperCase() === 'EXISTS' ? [name, first, ...rest.map((sha) => this.#known(sha))] : command;
  }

  #strip(script: string): string {
    const stripped = script.replace(UPSTASH_SHEBANG, '');
    if (stripped === script) return script;
    if (this.#shaByClientSha.size >= MAX_SCRIPTS) this.#shaByClientSha.clear();
    this.#shaByClientSha.set(sha1(script), sha1(stripped));
    return stripped;
  }

  #known(sha: string): string {
    return this.#shaByClientSha.get(sha.toLowerCase()) ?? sha;
  }
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
