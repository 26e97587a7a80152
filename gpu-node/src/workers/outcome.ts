import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import { moved } from './moved.ts';

/** What a stage sends back from its thread: its result, or the OcrError it threw. */
export type Outcome<T> =
  | { value: T }
  | {
      error: { code: ErrorCode; message: string; suggestion: string; details: Record<string, unknown>; cause: string };
    };

/**
 * A stage as a pool calls it. An OcrError keeps its meaning across the thread boundary only as data: structured clone
 * drops its class.
 * @param moves the buffers of a result that are moved rather than copied.
 */
export function stage<Task, Result>(
  run: (task: Task) => Promise<Result>,
  moves: (result: Result) => ArrayBuffer[] = () => [],
): (task: Task) => Promise<Outcome<Result>> {
  return async (task) => {
    try {
      const value = await run(task);
      return moved({ value }, moves(value));
    } catch (thrown) {
      if (!(thrown instanceof OcrError)) throw thrown;
      const { code, message, suggestion, details } = thrown;
      return { error: { code, message, suggestion, details, cause: String(thrown.cause ?? '') } };
    }
  };
}

/** What came out of a stage, on the side of its caller. @throws OcrError what the stage threw. */
export function outcomeValue<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value;
  throw new OcrError(outcome.error.code, outcome.error);
}
