/** The last of a trace id, which is random in all that is ours. */
const CHARS = 8;

/** @returns the traceparent of a trace that begins here, marked as recorded or not. @param ratio of those that are, 0 to 1. */
export function sampleTrace(traceparent: string, ratio: number): string {
  const [version, traceId = '', spanId] = traceparent.split('-');
  const isRecorded = Number.parseInt(traceId.slice(-CHARS), 16) / 16 ** CHARS < ratio;
  return `${version}-${traceId}-${spanId}-${isRecorded ? '01' : '00'}`;
}
