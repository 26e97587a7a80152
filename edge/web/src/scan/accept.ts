import { sniffImageFormat } from '@edge-ocr/shared/image-format';

/** The API's default; an operator may have set another, which the answer then tells. */
export const FILE_MAX_BYTES = 10 * 1024 * 1024;

/** A photo that the client scales down before it sends it may be larger: as large as a browser can well draw. */
const PHOTO_MAX_BYTES = 50 * 1024 * 1024;
const SCALED_DOWN: readonly (string | null)[] = ['jpeg', 'png', 'webp', 'avif'];

/** For the file dialogue, by ending as well: not every system knows the media types of HEIC and TIFF. */
export const ACCEPT =
  'image/jpeg,image/png,image/webp,image/tiff,image/gif,image/avif,image/heic,image/heif,application/pdf,.heic,.heif,.tif,.tiff,.pdf';

/** A PDF may begin so late in its file. */
const HEAD_BYTES = 1024;

export interface Refusal {
  readonly message: string;
  readonly suggestion: string;
}

/** Why a file need not be sent at all; null: it may be. Told by its first bytes, as the API does. */
export async function refusalOf(file: Blob): Promise<Refusal | null> {
  if (file.size === 0) return { message: 'The file is empty', suggestion: 'Choose it again, or take a new photo.' };
  const format = sniffImageFormat(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (format === null) {
    return {
      message: 'This is no image that can be read',
      suggestion: 'Choose a JPEG, PNG, WebP, TIFF, GIF, AVIF or HEIC image, or a PDF.',
    };
  }
  const allowed = SCALED_DOWN.includes(format) ? PHOTO_MAX_BYTES : FILE_MAX_BYTES;
  if (file.size <= allowed) return null;
  return {
    message: `The file has ${megabytes(file.size)}, and ${megabytes(allowed)} are allowed`,
    suggestion: format === 'pdf' ? 'Send fewer pages at once.' : 'Scale the image down, or save it as JPEG.',
  };
}

/** With one decimal, upwards, so that what is too large never looks as if it were not. */
function megabytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MB`;
}
