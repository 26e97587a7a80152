/** How much of a refused body is read away, and for how long, before the connection is given up. */
const DRAIN_MAX_BYTES = 64 * 1024 * 1024;
const DRAIN_MAX_MS = 20_000;
/** workerd's own chunks have 4 KiB, at which a refused upload costs more than one that is taken. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a body and throws it away. A client that is still sending does not look for an answer, and a connection closed
 * under it shows as a network failure instead of the error we have for it.
 */
export async function drainBody(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = inLargeChunks(body);
  if (!reader) return await drain(body.getReader());
  let buffer = new Uint8Array(CHUNK_BYTES);
  await drainBy(reader, async () => {
    const { done, value } = await reader.read(buffer);
    if (done || !value) return 0;
    // The buffer comes back with the bytes: one does for all.
    buffer = new Uint8Array(value.buffer);
    return value.byteLength;
  });
}

/** The same for what is left of a body that is being read. */
export async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  await drainBy(reader, async () => (await reader.read()).value?.byteLength ?? 0);
}

/** @param read resolves with the number of bytes, 0 at the end. */
async function drainBy(reader: { cancel(): Promise<void> }, read: () => Promise<number>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), DRAIN_MAX_MS);
  try {
    for (let bytes = 0; bytes < DRAIN_MAX_BYTES; ) {
      const count = await read();
      if (count === 0) return;
      bytes += count;
    }
    await reader.cancel();
  } catch {
    // The client left; nobody waits for the answer.
  } finally {
    clearTimeout(timer);
  }
}

/** @returns null for a stream that somebody made in JavaScript, which may not be one of bytes. */
function inLargeChunks(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return null;
  }
}
