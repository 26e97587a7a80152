import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageFormat, SUPPORTED_FORMATS, sniffImageFormat } from '@edge-ocr/shared/image-format';

/**
 * The format by the file's first bytes; its name and Content-Type are not believed.
 * @throws OcrError UNSUPPORTED_TYPE
 */
export function requireFormat(image: Uint8Array): ImageFormat {
  const format = sniffImageFormat(image);
  if (format && SUPPORTED_FORMATS.includes(format)) return format;
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: format
      ? `${format.toUpperCase()} files are not supported`
      : 'The file is neither an image of a known format nor a PDF',
    details: { format, supported: SUPPORTED_FORMATS },
  });
}
