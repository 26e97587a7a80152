/** What this project uses of libheif's C interface as libheif-js binds it; the package brings no types for it. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.js' {
  /** Of the C library; its own objects are opaque. */
  interface LibheifError {
    readonly code: unknown;
    readonly message: string;
  }
  interface LibheifPlane {
    readonly id: unknown;
    /** Bytes from one row to the next. */
    readonly stride: number;
    readonly width: number;
    readonly height: number;
    /** A view of the library's memory. */
    readonly data: Uint8Array;
  }
  interface LibheifImage {
    readonly image: object;
    readonly channels: readonly LibheifPlane[];
  }
  interface Libheif {
    readonly HEAPU8: Uint8Array;
    readonly heif_error_code: { readonly heif_error_Ok: unknown };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
    readonly heif_chroma: {
      readonly heif_chroma_interleaved_RGB: unknown;
      readonly heif_chroma_interleaved_RGBA: unknown;
    };
    /** Address of a C struct. */
    _heif_get_global_security_limits(): number;
    heif_context_alloc(): object;
    heif_context_read_from_memory(context: object, bytes: Uint8Array): LibheifError;
    heif_context_get_number_of_top_level_images(context: object): number;
    heif_js_context_get_primary_image_handle(context: object): object | LibheifError;
    heif_image_handle_get_width(handle: object): number;
    heif_image_handle_get_height(handle: object): number;
    heif_image_handle_has_alpha_channel(handle: object): number;
    heif_js_decode_image2(handle: object, colorspace: unknown, chroma: unknown): LibheifImage | LibheifError;
  }
  export default function libheif(): Libheif;
}
