/** The shell of the commands for operators. */
import { type Config, parseConfig } from './config.ts';

/** The command was not used as it is meant; the message says how. */
export class UsageError extends Error {}

/** Prints what the command gives, or why it failed. Wrong usage ends the process with 2, another failure with 1. */
export async function runCommand(run: (args: string[]) => Promise<string>): Promise<void> {
  try {
    console.log(await run(process.argv.slice(2)));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/**
 * The variables of a node, checked as a node does, but for its secret, of which a command needs nothing.
 * @throws Error without a DATABASE_URL.
 */
export function nodesConfig(): Config & { readonly DATABASE_URL: string } {
  const config = parseConfig({ ...process.env, INTERNAL_SECRET: 'x'.repeat(32) });
  const { DATABASE_URL } = config;
  if (!DATABASE_URL) throw new Error('Set DATABASE_URL to the database of the nodes.');
  return { ...config, DATABASE_URL };
}
