/** What a model hub knows of a repository (https://huggingface.co/docs/hub/api). */
import { z } from 'zod';
import { HubError, refuse } from './hub-error.ts';
import { mayPass, Passing, type Patience, untilItWorks, waitAskedFor } from './retry.ts';

export const DEFAULT_ENDPOINT = 'https://huggingface.co';

export interface HubFile {
  readonly path: string;
  readonly size: number | null;
  /** Of what is kept in LFS. */
  readonly sha256: string | null;
  /** Of what is kept in git: SHA-1 of "blob SIZE\0" and the contents. */
  readonly gitBlob: string | null;
}

export interface HubRevision {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

const revisionSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().nullish(),
      blobId: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .nullish(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});

/**
 * Which commit a branch or tag is, and what files it has.
 * @throws HubError that says what to do.
 */
export async function readRevision(
  endpoint: string,
  repository: string,
  revision: string,
  patience: Patience,
): Promise<HubRevision> {
  const url = `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const answer = await untilItWorks(patience, async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience.silenceMs) });
    if (mayPass(response.status)) throw new Passing(`${url} answers ${response.status}`, waitAskedFor(response));
    if (!response.ok) refuse(response.status, `${repository} at ${revision}`);
    return response.json();
  });
  const parsed = revisionSchema.safeParse(answer);
  if (!parsed.success) throw new HubError(`${url} does not answer as a model hub does`);
  const { sha, siblings } = parsed.data;
  const files = siblings.map(({ rfilename, size, blobId, lfs }) => ({
    path: rfilename,
    size: size ?? null,
    sha256: lfs?.sha256 ?? null,
    // The blob of a file in LFS is its pointer.
    gitBlob: lfs ? null : (blobId ?? null),
  }));
  return { commit: sha, files };
}
