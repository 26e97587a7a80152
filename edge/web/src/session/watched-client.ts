import { ApiError, type OcrClient } from '@edge-ocr/shared/client/ocr-client';

/** The same client, which tells when the edge no longer takes its token. Callers still get the error. */
export function watchedClient(client: OcrClient, onUnauthorized: () => void): OcrClient {
  const notice = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'UNAUTHORIZED') onUnauthorized();
  };
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const answer: unknown = member.apply(target, given);
        if (answer instanceof Promise) answer.catch(notice);
        return answer;
      };
    },
  });
}
