export interface Attribute {
  name: string;
  /** 1 a float, 2 an integer, 7 a list of integers (AttributeProto.AttributeType). */
  type: number;
  f?: number;
  i?: unknown;
  ints?: unknown[];
  t?: unknown;
}

export interface Node {
  name: string;
  opType: string;
  /** Operator set; absent for ONNX's own. */
  domain?: string;
  input: string[];
  output: string[];
  attribute: Attribute[];
}

export interface Tensor {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Constants of 8-bit layers; rewriting only writes them. */
export interface IntegerTensor {
  readonly dims: readonly number[];
  readonly data: Int8Array | Uint8Array | Int32Array | Uint16Array;
}

/** A network's graph while it is rewritten. Nodes stay in topological order: inserts go where their inputs exist. */
export class Graph {
  nodes: Node[];
  readonly constants: Map<string, Tensor>;
  readonly integers = new Map<string, IntegerTensor>();
  readonly outputs: readonly string[];
  #names: number;

  constructor(nodes: Node[], constants: Map<string, Tensor>, outputs: readonly string[]) {
    this.nodes = nodes;
    this.constants = constants;
    this.outputs = outputs;
    this.#names = firstFreeNumber([...constants.keys(), ...nodes.flatMap((node) => node.output)]);
  }

  producer(value: string): Node | undefined {
    return this.nodes.find((node) => node.output.includes(value));
  }

  consumers(value: string): Node[] {
    return this.nodes.filter((node) => node.input.includes(value));
  }

  /** The node that alone reads a value; undefined when there are others or the value is an output of the graph. */
  onlyConsumer(value: string): Node | undefined {
    const readers = this.consumers(value);
    return readers.length === 1 && !this.outputs.includes(value) ? readers[0] : undefined;
  }

  addConstant(dims: readonly number[], data: Float32Array): string {
    const name = this.newName('constant');
    this.constants.set(name, { dims, data });
    return name;
  }

  addInteger(dims: readonly number[], data: IntegerTensor['data']): string {
    const name = this.newName('integers');
    this.integers.set(name, { dims, data });
    return name;
  }

  /** @param data the bits of half-precision numbers. */
  addHalf(dims: readonly number[], data: Uint16Array): string {
    const name = this.newName('half');
    this.integers.set(name, { dims, data });
    return name;
  }

  newName(kind: string): string {
    return `edge_ocr.${kind}.${this.#names++}`;
  }

  remove(...removed: Node[]): void {
    this.nodes = this.nodes.filter((node) => !removed.includes(node));
  }

  insertBefore(place: Node, ...inserted: Node[]): void {
    this.nodes.splice(this.nodes.indexOf(place), 0, ...inserted);
  }

  usedConstants(): Map<string, Tensor> {
    const used = new Set(this.nodes.flatMap((node) => node.input));
    return new Map([...this.constants].filter(([name]) => used.has(name)));
  }
}

/** A file that was rewritten before already has names of ours. */
function firstFreeNumber(names: readonly string[]): number {
  return names.reduce((free, name) => Math.max(free, Number(/^edge_ocr\.\w+\.(\d+)$/.exec(name)?.[1] ?? -1) + 1), 0);
}

export function makeNode(opType: string, input: string[], output: string, attribute: Attribute[] = []): Node {
  return { name: output, opType, input, output: [output], attribute };
}

export function integers(node: Node, name: string): number[] {
  return (node.attribute.find((attribute) => attribute.name === name)?.ints ?? []).map(Number);
}

export function integer(node: Node, name: string, fallback: number): number {
  const value = node.attribute.find((attribute) => attribute.name === name)?.i;
  return value === undefined ? fallback : Number(value);
}

export function float(node: Node, name: string, fallback: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? fallback;
}
