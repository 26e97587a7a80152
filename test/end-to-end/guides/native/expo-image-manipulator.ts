/** In the place of the phone's image editor: scales and encodes into another file. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';

export const SaveFormat = { JPEG: 'jpeg', PNG: 'png' } as const;

interface SaveOptions {
  /** Quality, from 0 to 1. */
  readonly compress: number;
  readonly format: (typeof SaveFormat)['JPEG'];
}

export const ImageManipulator = {
  manipulate(uri: string) {
    const original = fileURLToPath(uri);
    let image = sharp(original);
    return {
      resize(size: { width: number } | { height: number }): void {
        image = image.resize(size);
      },
      renderAsync: async () => ({
        async saveAsync({ compress, format }: SaveOptions) {
          const file = `${original}.changed.jpg`;
          const { width, height } = await image.toFormat(format, { quality: 100 * compress }).toFile(file);
          return { uri: pathToFileURL(file).href, width, height };
        },
      }),
    };
  },
};
