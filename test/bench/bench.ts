/** `npm run bench -- NAME [--json] [options]`: every benchmark of the project. With --json the last line is one JSON object. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchAccuracy } from './accuracy.ts';
import { measureBarcodes } from './barcodes.ts';
import { benchEventLoop } from './event-loop.ts';
import { benchSpaces } from './spaces.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    dataset: { type: 'string', default: '' },
    limit: { type: 'string', default: '1000000' },
    write: { type: 'boolean', default: false },
  },
});

const BENCHMARKS: Record<string, () => Promise<object>> = {
  accuracy: () => benchAccuracy({ dataset: datasetFolder(), limit: Number(values.limit) }),
  barcodes: async () => ({
    quick: await measureBarcodes(datasetFolder(), false),
    thorough: await measureBarcodes(datasetFolder(), true),
  }),
  'event-loop': () => benchEventLoop({ dataset: values.dataset }),
  spaces: () => benchSpaces({ dataset: datasetFolder(), write: values.write }),
};

const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
if (!benchmark)
  fail(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [--json] [--dataset DIR] [--limit N]`);
const report = await benchmark();
if (values.json) console.log(JSON.stringify(report));
else console.dir(report, { depth: null });

function datasetFolder(): string {
  if (existsSync(values.dataset)) return values.dataset;
  fail('--dataset DIR must name the folder of the data set');
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
