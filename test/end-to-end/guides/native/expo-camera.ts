/** In the place of the camera: the user allows it when asked, and it takes the pictures that the test names. */
import { fileURLToPath } from 'node:url';
import { createElement, type Ref, useImperativeHandle, useState } from 'react';
import sharp from 'sharp';

let picture = '';

/** What is before the camera: a file's address. */
export function showToCamera(uri: string): void {
  picture = uri;
}

export interface CameraView {
  takePictureAsync(options?: { quality?: number }): Promise<{ uri: string; width: number; height: number }>;
}

interface CameraProps {
  readonly ref?: Ref<CameraView>;
  readonly facing?: 'back' | 'front';
  readonly style?: object;
}

export function CameraView({ ref, facing }: CameraProps) {
  useImperativeHandle(ref, () => ({ takePictureAsync }));
  return createElement('video', { 'data-facing': facing });
}

export function useCameraPermissions() {
  const [permission, setPermission] = useState<{ granted: boolean } | null>(null);
  return [permission, async () => setPermission({ granted: true })] as const;
}

async function takePictureAsync() {
  const { width, height } = await sharp(fileURLToPath(picture)).metadata();
  return { uri: picture, width, height };
}
