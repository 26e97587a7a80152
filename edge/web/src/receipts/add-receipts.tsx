import { useRef } from 'preact/hooks';
import { failureOf, failureText } from '../design/failure.ts';
import { Icon } from '../design/icons.tsx';
import { addToQueue, online } from '../offline/queue.ts';
import { client } from '../session/session.ts';
import { uploadReceipts } from './uploads.ts';

interface Props {
  /** What became of the files, for a person. */
  readonly onTold: (text: string) => void;
}

export function AddReceipts({ onTold }: Props) {
  const chosen = useRef<HTMLInputElement>(null);
  const add = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // So that the same file can be chosen again.
    input.value = '';
    if (files.length > 0) onTold(await (online.value ? send(files) : keep(files)));
  };
  return (
    <>
      <input
        ref={chosen}
        class="visually-hidden"
        type="file"
        accept="image/*,application/pdf"
        multiple
        tabIndex={-1}
        aria-label="Receipts to add"
        onChange={({ currentTarget }) => void add(currentTarget)}
      />
      <button type="button" onClick={() => chosen.current?.click()}>
        <Icon name="upload" />
        Add receipts
      </button>
    </>
  );
}

async function send(files: readonly File[]): Promise<string> {
  const taken = await uploadReceipts(client.value!, files);
  const failed = files.length - taken;
  const told =
    taken > 0
      ? `${taken === 1 ? '1 receipt is' : `${taken} receipts are`} in the list; the same photo is kept once.`
      : '';
  return failed > 0 ? `${told} ${failed} could not be added.`.trim() : told;
}

async function keep(files: readonly File[]): Promise<string> {
  try {
    for (const file of files) await addToQueue(file, { type: 'receipt' });
    const them = files.length === 1 ? 'The image waits' : `${files.length} images wait`;
    return `You are offline. ${them} on this device; when the connection returns they are read at once and stand in the history.`;
  } catch (error) {
    return failureText(failureOf(error));
  }
}
