import type { PoolNode } from '@edge-ocr/shared/contract/operations';
import { TableFrame } from '../design/table-frame.tsx';

export function NodesTable({ nodes }: { nodes: readonly PoolNode[] }) {
  return (
    <section class="card" aria-labelledby="nodes-title">
      <h2 id="nodes-title">Nodes</h2>
      {nodes.length === 0 ? (
        <p class="muted">No node is known. Start one, or look at NODE_URLS.</p>
      ) : (
        <TableFrame label="Table of nodes">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">State</th>
              <th scope="col">In flight</th>
              <th scope="col">Queued</th>
              <th scope="col">Model</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <NodeRow key={node.url} node={node} />
            ))}
          </tbody>
        </TableFrame>
      )}
    </section>
  );
}

function NodeRow({ node }: { node: PoolNode }) {
  const { url, capacity, in_flight, queued, model_version } = node;
  const [state, tone] = stateOf(node);
  return (
    <tr>
      <th scope="row">
        <code>{url}</code>
      </th>
      <td>
        <span class={`chip ${tone}`}>{state}</span>
      </td>
      <td>
        {in_flight}
        {capacity !== undefined && <span class="muted"> of {capacity}</span>}
      </td>
      <td>{queued ?? '–'}</td>
      <td>{model_version ? <code>{model_version}</code> : '–'}</td>
    </tr>
  );
}

function stateOf({ draining, healthy }: PoolNode): [state: string, tone: string] {
  if (!healthy) return ['Set aside', 'bad'];
  return draining ? ['Draining', 'warn'] : ['Healthy', 'good'];
}
