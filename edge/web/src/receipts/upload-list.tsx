import { failureText } from '../design/failure.ts';
import { client } from '../session/session.ts';
import { dismiss, sendAgain, type Upload, uploads } from './uploads.ts';

export function UploadList() {
  if (uploads.value.length === 0) return null;
  return (
    <ul class="list" aria-label="Being added">
      {uploads.value.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { file, share, failure } = upload;
  return (
    <li class="upload-row">
      <span class="upload-name">{file.name}</span>
      {failure ? (
        <>
          <span class="upload-error small" role="alert">
            {failureText(failure)}
          </span>
          <span class="row">
            <button type="button" onClick={() => void sendAgain(client.value!, upload)}>
              Try again<span class="visually-hidden">: {file.name}</span>
            </button>
            <button type="button" class="quiet" onClick={() => dismiss(upload)}>
              Remove<span class="visually-hidden"> {file.name}</span>
            </button>
          </span>
        </>
      ) : (
        <progress value={share} max={1} aria-label={`Sending ${file.name}`} />
      )}
    </li>
  );
}
