import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Root of the checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const port = z.coerce.number().int().min(0).max(65_535);
const schema = z.object({
  EDGE_PORT: port.default(8787),
  NODE_PORT: port.default(8788),
  DATA_DIR: z
    .string()
    .default(join(ROOT, '.data'))
    .transform((path) => resolve(path)),
});
export type LocalSettings = z.output<typeof schema>;

/** @throws Error naming the variable that is wrong. */
export function localSettings(environment: Record<string, string | undefined>): LocalSettings {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}

const secretsSchema = z.object({ JWT_SECRET: z.string().min(43), INTERNAL_SECRET: z.string().min(43) });
export type LocalSecrets = z.infer<typeof secretsSchema>;

/** The local stack's own secrets: made at random on first use, readable by their owner alone, never in the repository. */
export async function localSecrets(dataDir: string): Promise<LocalSecrets> {
  const file = join(dataDir, 'secrets.json');
  const stored = await readFile(file, 'utf8').catch(() => null);
  if (stored !== null) return secretsSchema.parse(JSON.parse(stored));
  const secret = () => randomBytes(32).toString('base64url');
  const secrets = { JWT_SECRET: secret(), INTERNAL_SECRET: secret() };
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  return secrets;
}
