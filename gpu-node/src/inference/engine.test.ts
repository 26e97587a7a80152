import { describe, expect, test } from 'vitest';
import { hasCudaLibrary } from './cuda-library.ts';
import { loadTestEngine } from './engine.fixture.ts';

describe('loadEngine', () => {
  test('the model version is stable, and changes with what changes the reading', async () => {
    const versions: string[] = [];
    for (const environment of [{}, { LOG_LEVEL: 'debug' }, { DETECT_UNCLIP_RATIO: '2' }, { LEXICON: 'off' }]) {
      const engine = await loadTestEngine(environment);
      versions.push(engine.modelVersion);
      await engine.close();
    }
    expect(versions[0]).toMatch(/^pp-ocrv4-mobile-rec-[0-9a-f]{12}$/);
    expect(versions[1]).toBe(versions[0]);
    expect(new Set(versions).size).toBe(3);
  });

  test.each([
    ['an unknown model', { DETECT_MODEL: 'no-such-model' }, 'No model no-such-model'],
    ['a list of words that is not there', { LEXICON_FILE: '/no-such-folder/words.txt' }, 'ENOENT'],
    ['a model for another task', { DETECT_MODEL: 'pp-ocrv4-mobile-rec' }, 'is for another task than detect'],
  ])('%s stops the start', async (_, environment, message) => {
    await expect(loadTestEngine(environment)).rejects.toThrow(message);
  });

  test.skipIf(hasCudaLibrary())('a provider that was asked for and does not load stops the start', async () => {
    await expect(loadTestEngine({ EXECUTION_PROVIDER: 'cuda' })).rejects.toThrow(
      /EXECUTION_PROVIDER=cuda does not load: .*npm run gpu:install/,
    );
  });
});
