import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../design/icons.tsx';
import { ACCEPT } from './accept.ts';

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
}

/** Takes files from a dialogue, a phone's camera, the clipboard, and wherever on the page they are dropped. */
export function DropZone({ onFiles }: DropZoneProps) {
  const dragged = useSignal(false);
  useEffect(() => listen(onFiles, (over) => (dragged.value = over)), [onFiles]);
  return (
    <div class="drop-zone">
      <Icon name="upload" />
      <p class="drop-hint">Drop images or PDFs anywhere, or paste them.</p>
      <div class="pickers">
        <Picker name="Choose files" primary onFiles={onFiles} />
        <Picker name="Take a photo" capture onFiles={onFiles} />
      </div>
      <p class="muted small">JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF or PDF, up to 10 MB each</p>
      {dragged.value && (
        <div class="drop-anywhere" aria-hidden="true">
          <Icon name="upload" />
          Drop to read
        </div>
      )}
    </div>
  );
}

function Picker({
  name,
  primary,
  capture,
  onFiles,
}: DropZoneProps & { name: string; primary?: boolean; capture?: boolean }) {
  const take = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // So that the same file can be chosen again.
    input.value = '';
    if (files.length > 0) onFiles(files);
  };
  return (
    <label class={`button${primary ? ' primary' : ''}${capture ? ' camera' : ''}`}>
      {name}
      <input
        class="visually-hidden"
        type="file"
        multiple={!capture}
        accept={capture ? 'image/*' : ACCEPT}
        capture={capture ? 'environment' : undefined}
        onChange={(event) => take(event.currentTarget)}
      />
    </label>
  );
}

/** On the whole window. @returns what ends it. */
function listen(onFiles: DropZoneProps['onFiles'], onDragged: (over: boolean) => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const on = <K extends keyof WindowEventMap>(type: K, listener: (event: WindowEventMap[K]) => void) =>
    addEventListener(type, listener, { signal });

  on('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    onDragged(true);
  });
  on('dragleave', (event) => {
    // Into nothing: out of the window.
    if (event.relatedTarget === null) onDragged(false);
  });
  on('drop', (event) => {
    onDragged(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  });
  on('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) onFiles(files);
  });
  return () => listening.abort();
}
