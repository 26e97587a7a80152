import { STAGES } from '@edge-ocr/shared/contract/result';
import { mean, percentile, rounded } from '../figures.ts';
import type { Answer, LoadRun } from './load.ts';

/** Latencies by kind and stage, and images a second. */
export function loadFigures({ seconds, answers, failures }: LoadRun) {
  const of = (kind: Answer['kind']) => answers.filter((answer) => answer.kind === kind);
  const stages = STAGES.filter((stage) => answers.some(({ timings }) => timings[stage] !== undefined));
  return {
    seconds: rounded(seconds, 2),
    images: answers.length,
    images_per_second: rounded(answers.length / seconds, 2),
    failures,
    latencies: (['receipt', 'product'] as const)
      .filter((kind) => of(kind).length > 0)
      .map((kind) => ({ kind, images: of(kind).length, ...tail(of(kind).map(({ milliseconds }) => milliseconds)) })),
    stages: stages.map((stage) => {
      const times = answers.flatMap(({ timings }) => timings[stage] ?? []);
      return { stage, images: times.length, mean_ms: rounded(mean(times), 1), ...tail(times) };
    }),
  };
}

function tail(times: readonly number[]) {
  return {
    p50_ms: rounded(percentile(times, 0.5), 1),
    p95_ms: rounded(percentile(times, 0.95), 1),
    p99_ms: rounded(percentile(times, 0.99), 1),
  };
}
