import type { Metrics } from '@edge-ocr/shared/contract/operations';
import { Gauge, type Registry } from 'prom-client';
import type { VersionAccuracy } from '../persist/accuracy.ts';

type ModelAccuracy = Metrics['model_accuracy'];

/** Shares of right values, of the present models and of each version. */
export function modelAccuracy(versions: readonly VersionAccuracy[], modelVersion: string): ModelAccuracy {
  const present = versions.find((version) => version.modelVersion === modelVersion);
  const { overall, by_field } = sharesOf(present?.fields ?? {});
  const by_model_version = Object.fromEntries(versions.map((of) => [of.modelVersion, sharesOf(of.fields)]));
  return { overall, by_field, by_model_version };
}

function sharesOf(fields: VersionAccuracy['fields']) {
  const looked = Object.entries(fields).filter(([, { predictions }]) => predictions > 0);
  const predictions = looked.reduce((sum, [, field]) => sum + field.predictions, 0);
  const correct = looked.reduce((sum, [, field]) => sum + field.correct, 0);
  return {
    overall: predictions === 0 ? null : rounded(correct / predictions),
    by_field: Object.fromEntries(looked.map(([name, field]) => [name, rounded(field.correct / field.predictions)])),
    predictions,
  };
}

function rounded(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}

const LABELS = ['field', 'model_version'] as const;

/** Gauges that show what is stored at the time of a scrape. */
export function createAccuracyGauges(registry: Registry): { show(versions: readonly VersionAccuracy[]): void } {
  const registers = [registry];
  const labelNames = [...LABELS];
  const accuracy = new Gauge({
    name: 'ocr_field_accuracy',
    help: 'Share of the values that people looked at which had been read right',
    labelNames,
    registers,
  });
  const predictions = new Gauge({
    name: 'ocr_field_predictions',
    help: 'Values that people looked at',
    labelNames,
    registers,
  });
  return {
    show(versions) {
      accuracy.reset();
      predictions.reset();
      for (const { modelVersion: model_version, fields } of versions) {
        for (const [field, counts] of Object.entries(fields)) {
          if (counts.predictions === 0) continue;
          accuracy.set({ field, model_version }, counts.correct / counts.predictions);
          predictions.set({ field, model_version }, counts.predictions);
        }
      }
    },
  };
}
