/** How much of a refused body is read away, and for how long, before the connection is given up. */
const DRAIN_MAX_BYTES = 64 * 1024 * 1024;
const DRAIN_MAX_MS = 5000;

/**
 * Reads the rest of a body and throws it away. A client that is still sending does not look for an answer,
 * and a connection closed under it shows as a network failure instead of the error we have for it.
 */
export async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), DRAIN_MAX_MS);
  try {
    for (let bytes = 0; bytes < DRAIN_MAX_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The client left; nobody waits for the answer.
  } finally {
    clearTimeout(timer);
  }
}
