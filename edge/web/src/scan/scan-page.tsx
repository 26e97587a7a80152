import { useComputed } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import { Icon } from '../design/icons.tsx';
import { ResultView } from '../result/result-view.tsx';
import { chosenLanguage, chosenType } from './choices.ts';
import { DropZone } from './drop-zone.tsx';
import { FileCard } from './file-card.tsx';
import './scan.css';
import { ScanOptions } from './scan-options.tsx';
import { wordsFor } from './scan-state.ts';
import { addFiles, openScan, removeAll, scans } from './scans.ts';

/** Where files come in, are watched while they are read, and are looked at once they are. */
export function ScanPage() {
  const take = useCallback(
    (files: readonly File[]) => addFiles(files, { type: chosenType.value, language: chosenLanguage.value }),
    [],
  );
  return (
    <div class="scan">
      <h1 class="visually-hidden">Read images</h1>
      <div class="scan-in">
        <ScanOptions />
        <DropZone onFiles={take} />
        <Files />
      </div>
      <OpenResult />
      <Announcements />
    </div>
  );
}

function Files() {
  const all = scans.value;
  if (all.length === 0) return null;
  const read = all.filter(({ state }) => state.value.step === 'done').length;
  return (
    <section class="files" aria-label="Files">
      <div class="files-head">
        <span class="muted small number">
          {read} of {all.length} read
        </span>
        <button type="button" class="quiet" onClick={removeAll}>
          Remove all
        </button>
      </div>
      <ul>
        {all.map((scan) => (
          <FileCard key={scan.id} scan={scan} />
        ))}
      </ul>
    </section>
  );
}

function OpenResult() {
  const scan = scans.value.find(({ id }) => id === openScan.value);
  const state = scan?.state.value;
  if (!scan || state?.step !== 'done') {
    return (
      <section class="scan-result empty" aria-label="Result">
        <Icon name="read" />
        <p class="muted">What was read is shown here.</p>
      </section>
    );
  }
  return (
    <section class="scan-result" aria-label={`Result of ${scan.file.name}`}>
      <h2>{scan.file.name}</h2>
      <ResultView
        result={state.result}
        image={scan.file}
        onResult={(result) => {
          scan.state.value = { step: 'done', result };
        }}
      />
    </section>
  );
}

/** Told to screen readers: what has come to an end, not every step on the way. */
function Announcements() {
  const said = useComputed(() =>
    scans.value
      .filter(({ state }) => ['done', 'failed', 'kept'].includes(state.value.step))
      .map(({ file, state }) => `${file.name}: ${wordsFor(state.value)}`),
  );
  return (
    <ul class="visually-hidden" aria-live="polite" aria-relevant="additions text">
      {said.value.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
