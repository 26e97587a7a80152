import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageFormat, SUPPORTED_FORMATS, sniffImageFormat } from '@edge-ocr/shared/image-format';

const SUGGESTIONS: Partial<Record<ImageFormat, string>> = {
  pdf: 'Export the page as a JPEG or PNG image.',
};

/**
 * The format by the file's first bytes; its name and Content-Type are not believed.
 * @throws OcrError UNSUPPORTED_TYPE
 */
export function requireFormat(image: Uint8Array): ImageFormat {
  const format = sniffImageFormat(image);
  if (format && SUPPORTED_FORMATS.includes(format)) return format;
  const suggestion = format && SUGGESTIONS[format];
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: format ? `${format.toUpperCase()} files are not supported` : 'The file is not an image of a known format',
    ...(suggestion && { suggestion }),
    details: { format, supported: SUPPORTED_FORMATS },
  });
}
