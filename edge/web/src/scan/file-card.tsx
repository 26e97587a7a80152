import { useSignal } from '@preact/signals';
import { Icon } from '../design/icons.tsx';
import { useObjectUrl } from '../result/use-object-url.ts';
import { asksForReview, type ScanState, shareDone, wordsFor } from './scan-state.ts';
import { openScan, remove, retry, type Scan } from './scans.ts';

const ON_THE_WAY: readonly ScanState['step'][] = ['sending', 'queued', 'reading'];

/** A file: what it looks like, how far it is, and what can be done with it. */
export function FileCard({ scan }: { readonly scan: Scan }) {
  const { file, id } = scan;
  const state = scan.state.value;
  const open = openScan.value === id;
  return (
    <li class={`file-card ${state.step}${open ? ' open' : ''}`} data-file={file.name} data-step={state.step}>
      <Thumbnail file={file} />
      <div class="file-text">
        {state.step === 'done' ? (
          <button
            type="button"
            class="file-name opens"
            aria-current={open ? 'true' : undefined}
            onClick={() => show(id)}
          >
            {file.name}
          </button>
        ) : (
          <span class="file-name">{file.name}</span>
        )}
        <State state={state} name={file.name} />
        {state.step === 'failed' && state.retryable && (
          <button type="button" class="file-retry" aria-label={`Try ${file.name} again`} onClick={() => retry(scan)}>
            Try again
          </button>
        )}
      </div>
      <button
        type="button"
        class="quiet file-remove"
        aria-label={removing(state, file.name)}
        onClick={() => remove(scan)}
      >
        ×
      </button>
    </li>
  );
}

/** Where the result is not beside the cards but below them, one has to be taken there. */
function show(id: number): void {
  openScan.value = id;
  if (matchMedia('(max-width: 63.99rem)').matches) {
    requestAnimationFrame(() => document.querySelector('.scan-result')?.scrollIntoView({ block: 'start' }));
  }
}

function State({ state, name }: { readonly state: ScanState; readonly name: string }) {
  const way = ON_THE_WAY.includes(state.step);
  return (
    <>
      <span class={`file-state ${tone(state)}`}>
        {state.step === 'done' && <Icon name={asksForReview(state.result) ? 'alert' : 'done'} />}
        {state.step === 'failed' && <Icon name="alert" />}
        {state.step === 'kept' && <Icon name="cloudOff" />}
        {wordsFor(state)}
      </span>
      {state.step === 'failed' && <span class="file-suggestion small">{state.suggestion}</span>}
      {way && <progress aria-label={`${name}: ${wordsFor(state)}`} value={shareDone(state)} max={1} />}
    </>
  );
}

/** What the browser cannot show is a sheet of paper. */
function Thumbnail({ file }: { readonly file: File }) {
  const failed = useSignal(false);
  const url = useObjectUrl(file);
  return (
    <span class="file-thumbnail">
      {failed.value || url === null ? (
        <Icon name="page" />
      ) : (
        <img
          src={url}
          alt=""
          decoding="async"
          onError={() => {
            failed.value = true;
          }}
        />
      )}
    </span>
  );
}

function tone(state: ScanState): string {
  if (state.step === 'failed') return 'bad';
  if (state.step !== 'done') return 'muted';
  return asksForReview(state.result) ? 'warn' : 'good';
}

function removing({ step }: ScanState, name: string): string {
  return ON_THE_WAY.includes(step) ? `Cancel ${name}` : `Remove ${name}`;
}
