/** Reads and writes ONNX files: the protobuf format on one side, a graph that is easy to rewrite on the other. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { Graph, type IntegerTensor, type Node, type Tensor } from './graph.ts';

const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const FLOAT16 = 10;

interface TensorProto {
  dims: (number | { toNumber(): number })[];
  dataType: number;
  rawData?: Uint8Array;
  floatData?: number[];
  name?: string;
}

interface GraphProto {
  node: Node[];
  initializer: TensorProto[];
  input: { name: string }[];
  output: { name: string; type?: { tensorType?: { shape?: object } } }[];
}

interface ModelProto {
  irVersion: unknown;
  opsetImport: { domain: string; version: unknown }[];
  graph: GraphProto;
}

const modelType = protobuf
  .parse(readFileSync(new URL('./onnx.proto', import.meta.url), 'utf8'))
  .root.lookupType('onnx.ModelProto');

export interface OnnxModel {
  readonly graph: Graph;
  /** Names of what is fed to the network. */
  readonly inputs: readonly string[];
  /** Version of the default operator set. */
  readonly opset: number;
  /**
   * The model as it now is.
   * @param observed values to put out instead of the model's own outputs; nodes behind them are left out.
   */
  encode(observed?: readonly string[]): Uint8Array;
}

/** @throws Error when the bytes are no ONNX model. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const model = modelType.decode(bytes) as unknown as ModelProto;
  const { graph: proto } = model;
  const constants = new Map<string, Tensor>();
  for (const initializer of proto.initializer) keepFloat(constants, initializer.name ?? '', initializer);
  const nodes = proto.node.filter((node) => !isFoldedConstant(node, constants));
  const graph = new Graph(
    nodes,
    constants,
    proto.output.map((output) => output.name),
  );
  const kept = proto.initializer.filter((initializer) => !constants.has(initializer.name ?? ''));
  return {
    graph,
    // Files of old list their weights among the inputs.
    inputs: proto.input.map(({ name }) => name).filter((name) => proto.initializer.every((one) => one.name !== name)),
    opset: Number(model.opsetImport.find(({ domain }) => !domain)?.version ?? 0),
    encode(observed) {
      const last = graph.nodes.findLastIndex((node) => node.output.some((output) => observed?.includes(output)));
      const node = observed ? graph.nodes.slice(0, last + 1) : graph.nodes;
      // Rewriting may have changed the outputs' shapes; ONNX Runtime infers them.
      for (const { type } of proto.output) if (type?.tensorType) delete type.tensorType.shape;
      const output = observed?.map((name) => ({ name })) ?? proto.output;
      const initializer = [...kept, ...[...graph.usedConstants(), ...graph.integers].map(toProto)];
      importDomains(model, graph);
      return modelType
        .encode(modelType.fromObject({ ...model, graph: { ...proto, node, output, initializer } }))
        .finish();
    },
  };
}

/** Constant nodes of floats become constants of the graph, where rewriting sees them. */
function isFoldedConstant(node: Node, constants: Map<string, Tensor>): boolean {
  if (node.opType !== 'Constant') return false;
  const value = node.attribute.find(({ name }) => name === 'value')?.t as TensorProto | undefined;
  return value !== undefined && keepFloat(constants, node.output[0]!, value);
}

function keepFloat(constants: Map<string, Tensor>, name: string, proto: TensorProto): boolean {
  if (proto.dataType !== FLOAT) return false;
  constants.set(name, { dims: proto.dims.map(Number), data: floatsOf(proto) });
  return true;
}

function floatsOf({ rawData, floatData }: TensorProto): Float32Array {
  if (!rawData?.length) return Float32Array.from(floatData ?? []);
  // A copy, because raw data may start at any byte and floats may not. (slice() of a Buffer would not copy.)
  return new Float32Array(Uint8Array.from(rawData).buffer);
}

function importDomains(model: ModelProto, { nodes }: Graph): void {
  for (const domain of new Set(nodes.map((node) => node.domain ?? ''))) {
    if (model.opsetImport.every((imported) => (imported.domain ?? '') !== domain))
      model.opsetImport.push({ domain, version: 1 });
  }
}

function toProto([name, tensor]: [string, Tensor | IntegerTensor]): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return {
    name,
    dims: [...tensor.dims],
    dataType: typeOf(tensor.data),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  };
}

function typeOf(data: Tensor['data'] | IntegerTensor['data']): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof Int32Array) return INT32;
  if (data instanceof Uint16Array) return FLOAT16;
  return data instanceof Int8Array ? INT8 : UINT8;
}
