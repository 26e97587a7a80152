// Sums up vitest's JSON reports: `node count.mjs FAILED_COMMANDS TESTS.json SERVICES.json`. Exit status 1 when anything
// failed, when a report is missing or empty, or when a test of the services was left out.
import { readFileSync } from 'node:fs';

const [failedCommands, ...files] = process.argv.slice(2);
const reports = files.map((file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
});
const sum = (name) => reports.reduce((total, report) => total + (report?.[name] ?? 0), 0);
const skippedIn = (report) => (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
const skipped = reports.reduce((total, report) => total + skippedIn(report), 0);
const services = reports.at(-1);

const problems = [
  ...(Number(failedCommands) > 0 ? [`${failedCommands} of the commands failed`] : []),
  ...reports.flatMap((report, i) => (report?.numPassedTests > 0 ? [] : [`${files[i]}: no test passed`])),
  ...reports.flatMap((report, i) => (report && !report.success ? [`${files[i]}: not a success`] : [])),
  ...(skippedIn(services) > 0 ? [`${skippedIn(services)} tests of the services were skipped`] : []),
];
for (const problem of problems) console.log(`! ${problem}`);
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${skipped} skipped`);
process.exit(problems.length === 0 && sum('numFailedTests') === 0 ? 0 : 1);
