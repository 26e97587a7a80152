/**
 * What some platforms have and others lack. Typed by what is used of it: browsers, React Native, Node and Workers share
 * no library of types, and every use has to ask first whether the thing is there.
 */

export interface XhrUpload {
  onprogress: ((event: { readonly loaded: number; readonly total: number }) => void) | null;
}

export interface Xhr {
  readonly upload: XhrUpload;
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  send(body: Uint8Array<ArrayBuffer>): void;
  abort(): void;
}

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Canvas2d {
  fillStyle: string;
  imageSmoothingQuality: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(bitmap: Bitmap, x: number, y: number, width: number, height: number): void;
}

export interface Canvas {
  getContext(kind: '2d'): Canvas2d | null;
  convertToBlob(options: { type: string; quality: number }): Promise<Blob>;
}

interface LockManager {
  request<T>(name: string, options: { signal?: AbortSignal }, task: () => Promise<T>): Promise<T>;
}

interface Platform {
  readonly XMLHttpRequest?: new () => Xhr;
  readonly createImageBitmap?: (image: Blob, options: { imageOrientation: 'from-image' }) => Promise<Bitmap>;
  readonly OffscreenCanvas?: new (width: number, height: number) => Canvas;
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly navigator?: { readonly onLine?: boolean; readonly locks?: LockManager };
  readonly crypto?: {
    readonly subtle?: { digest(name: 'SHA-256', bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
    randomUUID?(): string;
  };
  addEventListener?(name: 'online' | 'offline', listener: () => void): void;
  removeEventListener?(name: 'online' | 'offline', listener: () => void): void;
}

export const platform = globalThis as unknown as Platform;
