/** The only importer of @hyzyla/pdfium: PDFium as WASM, by its own C interface (fpdfview.h, fpdf_text.h and their like). */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PDFiumModule } from '@hyzyla/pdfium';

/** What this project uses of PDFium. Addresses and handles are numbers; 0 is none. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
  FPDF_InitLibrary(): void;
  FPDF_LoadMemDocument(bytes: number, size: number, password: number): number;
  FPDF_GetLastError(): number;
  FPDF_GetPageCount(document: number): number;
  FPDF_LoadPage(document: number, index: number): number;
  FPDF_ClosePage(page: number): void;
  FPDF_GetPageWidthF(page: number): number;
  FPDF_GetPageHeightF(page: number): number;
  /** Writes two floats of 32 bits, in points; false for a page that is not there. */
  FPDF_GetPageSizeByIndexF(document: number, index: number, size: number): number;
  FPDF_PageToDevice(
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    deviceX: number,
    deviceY: number,
  ): number;
  FPDFPage_GetAnnotCount(page: number): number;
  FPDFPage_Flatten(page: number, usage: number): number;
  FPDFBitmap_CreateEx(width: number, height: number, format: number, pixels: number, stride: number): number;
  FPDFBitmap_FillRect(bitmap: number, x: number, y: number, width: number, height: number, colour: number): number;
  FPDFBitmap_Destroy(bitmap: number): void;
  FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  FPDFText_LoadPage(page: number): number;
  FPDFText_ClosePage(text: number): void;
  FPDFText_CountChars(text: number): number;
  FPDFText_GetUnicode(text: number, index: number): number;
  FPDFText_HasUnicodeMapError(text: number, index: number): number;
  FPDFText_GetFontSize(text: number, index: number): number;
  FPDFText_GetTextObject(text: number, index: number): number;
  FPDFTextObj_GetTextRenderMode(object: number): number;
  FPDFTextObj_GetFont(object: number): number;
  FPDFText_GetFillColor(text: number, index: number, r: number, g: number, b: number, a: number): number;
  FPDFText_GetMatrix(text: number, index: number, matrix: number): number;
  FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number;
  FPDFText_GetCharBox(text: number, index: number, left: number, right: number, bottom: number, top: number): number;
}

export type Pdfium = Exports & {
  /** Views of PDFium's memory as it is now: it moves when it grows. */
  view(): DataView;
  bytes(): Uint8Array;
  /** Whether more memory was asked for than is allowed: what PDFium said or did afterwards is due to that. */
  readonly isOutOfMemory: boolean;
};

/** Compiled once a thread; an instance is made of it in about a millisecond. */
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * A PDFium of its own for every use: the memory of one never shrinks, and after a fault inside it nothing about it can be
 * relied on.
 */
export async function startPdfium(maxMemoryBytes: number): Promise<Pdfium> {
  compiled ??= readFile(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm')).then((wasm) =>
    WebAssembly.compile(wasm),
  );
  const module = await compiled;
  const state = { isOutOfMemory: false };
  const quiet = () => {};
  const loading: Record<string, unknown> = {
    // PDFium and its C library would write about every damaged file to the console.
    print: quiet,
    printErr: quiet,
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(module, imports);
      limitMemory((instance.exports as unknown as Exports).memory, maxMemoryBytes, () => {
        state.isOutOfMemory = true;
      });
      done(instance);
      return {};
    },
  };
  const { wasmExports } = (await PDFiumModule(loading)) as unknown as { wasmExports: Exports };
  wasmExports.FPDF_InitLibrary();
  const { memory } = wasmExports;
  return Object.create(wasmExports, {
    view: { value: () => new DataView(memory.buffer) },
    bytes: { value: () => new Uint8Array(memory.buffer) },
    isOutOfMemory: { get: () => state.isOutOfMemory },
  }) as Pdfium;
}

/** The build allows itself 2 GiB, and its limit cannot be set; but all its growth goes through this function. */
function limitMemory(memory: WebAssembly.Memory, maxBytes: number, onRefused: () => void): void {
  const pageBytes = 65_536;
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * pageBytes > maxBytes) {
      onRefused();
      throw new RangeError('PDFium asked for more memory than it may have');
    }
    return WebAssembly.Memory.prototype.grow.call(memory, pages);
  };
}
