/** An image on its way: shrunk, hashed, each once and only when it is needed. */
import { MEDIA_TYPES, sniffImageFormat } from '../image-format.ts';
import type { ClientOptions, Digest, ImageInput } from './client-options.ts';
import { platform } from './platform.ts';
import { shrinkImage } from './shrink-image.ts';

export interface SentImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

/** The hash of what is really sent, by the file it came of: a file that is known needs not even be read again. */
export type HashMemory = WeakMap<Blob, string>;

export class ImageToSend {
  readonly #image: ImageInput;
  readonly #options: Pick<ClientOptions, 'shrink' | 'digest'>;
  readonly #memory: HashMemory;
  #sent: Promise<SentImage> | undefined;

  constructor(image: ImageInput, options: Pick<ClientOptions, 'shrink' | 'digest'>, memory: HashMemory) {
    this.#image = image;
    this.#options = options;
    this.#memory = memory;
  }

  /** Of what was given, without reading it. */
  get givenBytes(): number {
    return this.#image instanceof Blob ? this.#image.size : this.#image.byteLength;
  }

  sent(): Promise<SentImage> {
    this.#sent ??= this.#prepare();
    return this.#sent;
  }

  /** In lower-case hex; null where nothing can hash. */
  async sha256(): Promise<string | null> {
    const known = this.#image instanceof Blob ? this.#memory.get(this.#image) : undefined;
    if (known !== undefined) return known;
    const hash = await sha256Hex((await this.sent()).bytes, this.#options.digest);
    if (hash !== null && this.#image instanceof Blob) this.#memory.set(this.#image, hash);
    return hash;
  }

  async #prepare(): Promise<SentImage> {
    const { shrink } = this.#options;
    const given = await bytesOf(this.#image);
    const bytes = shrink === false ? given : await shrinkImage(given, shrink);
    return { bytes, mediaType: mediaTypeOf(bytes, this.#image) };
  }
}

/** @throws TypeError where the platform cannot read its own Blobs. */
export async function bytesOf(image: ImageInput): Promise<Uint8Array<ArrayBuffer>> {
  if (!(image instanceof Blob)) return image as Uint8Array<ArrayBuffer>;
  // React Native's cannot.
  if (typeof image.arrayBuffer !== 'function')
    throw new TypeError('This platform cannot read a Blob: give the bytes of the image as a Uint8Array');
  return new Uint8Array(await image.arrayBuffer());
}

/** In lower-case hex; null where nothing can hash: on a page without https, and in React Native without `digest`. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>, own?: Digest): Promise<string | null> {
  const { subtle } = platform.crypto ?? {};
  const digest = own ?? (subtle && ((data) => subtle.digest('SHA-256', data)));
  if (!digest) return null;
  const hash = new Uint8Array(await digest(bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function mediaTypeOf(bytes: Uint8Array, image: ImageInput): string {
  const format = sniffImageFormat(bytes);
  if (format) return MEDIA_TYPES[format];
  // The service says that it is no image; a Content-Type that it does not know would be told of instead.
  return image instanceof Blob && image.type.startsWith('image/') ? image.type : 'application/octet-stream';
}
