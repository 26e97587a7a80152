import type { Failure } from './failure.ts';

export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  const { message, suggestion } = failure;
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{message}.</strong> {suggestion}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
