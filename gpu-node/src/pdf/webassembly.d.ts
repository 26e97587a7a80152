/** What this project uses of the WebAssembly JavaScript interface beside what Node's types know; the rest is in TypeScript's lib.dom. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    /** @returns pages of 64 KiB before. */
    grow(pages: number): number;
  }
  type Imports = Record<string, Record<string, unknown>>;
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Record<string, unknown>;
  }
  function compile(wasm: Uint8Array): Promise<Module>;
}
