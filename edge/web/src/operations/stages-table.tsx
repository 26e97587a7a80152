import type { Metrics } from '@edge-ocr/shared/contract/operations';
import { millisecondsText } from '../design/format.ts';
import { TableFrame } from '../design/table-frame.tsx';

export function StagesTable({ stages }: { stages: NonNullable<Metrics['stages']> }) {
  return (
    <section class="card" aria-labelledby="stages-title">
      <h2 id="stages-title">Stages</h2>
      <TableFrame label="Table of stages">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(stages).map(([name, { p50, p95, p99 }]) => (
            <tr key={name}>
              <th scope="row">{name.replaceAll('_', ' ')}</th>
              <td>{millisecondsText(p50)}</td>
              <td>{millisecondsText(p95)}</td>
              <td>{millisecondsText(p99)}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </section>
  );
}
