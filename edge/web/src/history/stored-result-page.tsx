import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { type Failure, failureOf, isAbort } from '../design/failure.ts';
import { FailureNotice } from '../design/failure-notice.tsx';
import { useTitle } from '../design/use-title.ts';
import { OfflineNotice } from '../offline/offline-notice.tsx';
import { online } from '../offline/queue.ts';
import { ResultView } from '../result/result-view.tsx';
import { client } from '../session/session.ts';
import { keyFactsOf } from './key-facts.ts';
import { list, replaceInList } from './results-list.ts';
import './stored-result.css';

export function StoredResultPage() {
  const { id = '' } = useRoute().params;
  const result = useSignal(list.peek().results.find((known) => known.id === id) ?? null);
  const image = useSignal<Blob | null>(null);
  const failure = useSignal<Failure | null>(null);
  const attempt = useSignal(0);
  const { title } = result.value ? keyFactsOf(result.value) : { title: 'Result' };
  useTitle(title);

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const load = async (from: NonNullable<typeof client.value>) => {
      const loaded = await from.result(id, { signal });
      result.value = loaded;
      // An original that is kept no longer leaves the result as it is.
      image.value = await from.image(loaded.image.sha256, { signal }).catch(() => null);
    };
    failure.value = null;
    if (!online.value) return undefined;
    load(client.value!).catch((error: unknown) => {
      if (!isAbort(error)) failure.value = failureOf(error);
    });
    return () => stop.abort();
  }, [id, client.value, online.value, attempt.value]);

  return (
    <article class="stack" aria-labelledby="result-title" aria-busy={result.value === null && failure.value === null}>
      <div>
        <a class="back small" href={list.value.of || '/history'}>
          ← History
        </a>
        <h1 id="result-title">{title}</h1>
      </div>
      <OfflineNotice what="The whole result is shown" />
      {failure.value && online.value && <FailureNotice failure={failure.value} onRetry={() => attempt.value++} />}
      {result.value && (
        <ResultView
          result={result.value}
          image={image.value}
          onResult={(corrected) => {
            result.value = corrected;
            replaceInList(corrected);
          }}
        />
      )}
      {!result.value && !failure.value && online.value && <div class="skeleton stored-placeholder" />}
    </article>
  );
}
