/** The image at this width; a photo of megabytes would otherwise be held for a picture of a few pixels. */
export async function shrunk(image: Blob, widthPx: number): Promise<Blob> {
  const bitmap = await createImageBitmap(image, { resizeWidth: widthPx, resizeQuality: 'medium' });
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  // A till roll is long; only its top is shown.
  canvas.height = Math.min(bitmap.height, widthPx * 2);
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error('The image cannot be drawn')));
    canvas.toBlob(done, 'image/webp', 0.8);
  });
}
