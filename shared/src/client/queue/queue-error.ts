/** Why the queue takes no image. */
export class QueueError extends Error {
  readonly code: 'QUEUE_FULL' | 'NO_DIGEST' | 'CLOSED' | 'NOT_FOUND' | 'EMPTY_IMAGE';
  readonly suggestion: string;

  constructor(code: QueueError['code'], message: string, suggestion: string) {
    super(message);
    this.name = 'QueueError';
    this.code = code;
    this.suggestion = suggestion;
  }
}
