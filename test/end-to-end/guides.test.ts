/**
 * The code of docs/guides, taken from there and run: types checked by the compiler, against the packed client library and
 * a real stack.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSdk } from '@edge-ocr/infra/sdk/build';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testClientLibraryGuide } from './guides/client-library.ts';
import type { GuideTests } from './guides/guide-tests.ts';
import { testNestjsGuide } from './guides/nestjs.ts';
import { testNextjsGuide } from './guides/nextjs.ts';
import { createProject, type Project } from './guides/project.ts';
import { testReactNativeGuide } from './guides/react-native.ts';
import { readSamples, type Sample } from './guides/samples.ts';
import { startTestStack, type TestStack, temporaryFolder } from './stack.ts';

let stack: TestStack;
let scratch: string;
let samples: Sample[];
const projects = new Map<string, Project>();

beforeAll(async () => {
  scratch = await temporaryFolder();
  samples = await readSamples();
  await buildSdk(join(scratch, 'sdk'));
  for (const guide of new Set(samples.map((sample) => sample.guide))) {
    const own = samples.filter((sample) => sample.guide === guide);
    projects.set(guide, await createProject(own, join(scratch, 'sdk')));
  }
  // Callbacks of these tests go to this machine.
  stack = await startTestStack({ nodeEnvironment: { CALLBACK_ALLOW_HTTP: 'true', CALLBACK_ALLOW_PRIVATE: 'true' } });
});
afterAll(async () => {
  await stack?.stop();
  for (const project of projects.values()) await project.remove();
  await rm(scratch, { recursive: true, force: true });
});

const tests: GuideTests = {
  get stack() {
    return stack;
  },
  get samples() {
    return samples;
  },
  get scratch() {
    return scratch;
  },
  project: (guide) => projects.get(guide)!,
};

testClientLibraryGuide(tests);
testNextjsGuide(tests);
testNestjsGuide(tests);
testReactNativeGuide(tests);

// Last, when all others have run.
describe('the guides', () => {
  it('show no code that was not run', async () => {
    for (const [guide, project] of projects) {
      const shown = samples.filter((sample) => sample.guide === guide).map(({ path }) => path);
      expect((await project.ran()).sort(), guide).toEqual(shown.sort());
    }
  });
});
