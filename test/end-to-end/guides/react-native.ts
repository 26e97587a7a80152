/** docs/guides/react-native.md. Of React Native and Expo only what is native has a stand-in. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { createElement, type FunctionComponent } from 'react';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truncatedJpeg } from '../../fixtures/bad-input.ts';
import { fixturePath } from '../../fixtures/truth.ts';
import { ApiClient, dataOf } from '../api-client.ts';
import { BUNDLER_TYPES, type GuideTests, PATIENCE, render } from './guide-tests.ts';
import { openMiniDom } from './mini-dom.ts';
import type { Project } from './project.ts';
import { serveWeb, type WebServer } from './web-server.ts';

const SHOP_OF_PHONE = '5b0c2f3e-8f0a-4a51-9a77-2f1f5c1f0a02';
const NATIVE = {
  'react-native': 'react-native.ts',
  'expo-camera': 'expo-camera.ts',
  'expo-crypto': 'expo-crypto.ts',
  'expo-file-system': 'expo-file-system.ts',
  'expo-image-manipulator': 'expo-image-manipulator.ts',
  '@react-native-async-storage/async-storage': 'async-storage.ts',
  '@react-native-community/netinfo': 'netinfo.ts',
};

export function testReactNativeGuide(tests: GuideTests): void {
  describe('the guide to React Native', () => {
    let project: Project;
    let backend: WebServer;
    let tokensGiven = 0;
    beforeAll(async () => {
      project = tests.project('react-native');
      const folder = join(ROOT, 'test', 'end-to-end', 'guides', 'native');
      const standIns = Object.fromEntries(Object.entries(NATIVE).map(([name, file]) => [name, join(folder, file)]));
      const paths = Object.fromEntries(Object.entries(standIns).map(([name, file]) => [name, [file]]));
      await project.compile({ compilerOptions: { ...BUNDLER_TYPES, paths }, include: ['src'] });
      await project.bundle(standIns);
      // Whoever signs the tokens for the app; the first one has expired when it arrives.
      backend = await serveWeb(async () => {
        const lifetimeSeconds = tokensGiven++ === 0 ? -60 : 3600;
        return Response.json({ token: await tests.stack.token({ shopId: SHOP_OF_PHONE, lifetimeSeconds }) });
      });
      process.env.EXPO_PUBLIC_API_URL = backend.url;
      process.env.EXPO_PUBLIC_OCR_URL = tests.stack.edgeUrl;
    });
    afterAll(() => backend?.stop());

    it('takes photos offline, and has each read once when the connection is back', async () => {
      const { setConnected } = await project.load<typeof import('./native/netinfo.ts')>('native/netinfo');
      const { showToCamera } = await project.load<typeof import('./native/expo-camera.ts')>('native/expo-camera');
      const { ReceiptCamera } = await project.load<{ ReceiptCamera: FunctionComponent }>('src/receipt-camera.tsx');
      const { ReceiptList } = await project.load<{ ReceiptList: FunctionComponent }>('src/receipt-list.tsx');
      const root = openMiniDom();
      const unmount = render(root, () =>
        createElement('main', null, createElement(ReceiptCamera), createElement(ReceiptList)),
      );
      await expect.poll(() => root.has('button', 'Allow the camera'), PATIENCE).toBe(true);
      root.find('button', 'Allow the camera')!.dispatch('click');
      await expect.poll(() => root.has('video'), PATIENCE).toBe(true);
      const broken = join(tests.scratch, 'broken.jpg');
      await writeFile(broken, await truncatedJpeg());
      const rows = () => root.textContent.split('waits for a connection').length - 1;
      const large = join(tests.scratch, 'large.jpg');
      await sharp(fixturePath('label-1.jpg')).resize({ width: 2400 }).toFile(large);
      const photos = [
        fixturePath('receipt-1.jpg'),
        fixturePath('receipt-1.jpg'),
        fixturePath('receipt-2.jpg'),
        broken,
        large,
      ];
      for (const [i, photo] of photos.entries()) {
        showToCamera(pathToFileURL(photo).href);
        root.find('button', 'Take photo')!.dispatch('click');
        // The second is the first.
        await expect.poll(rows, PATIENCE).toBe(Math.max(1, i));
      }
      expect(tokensGiven).toBe(0);

      setConnected(true);
      await expect.poll(() => root.textContent, PATIENCE).toContain('HARBOUR LANE GROCERS 29.75');
      await expect.poll(() => root.textContent, PATIENCE).toContain('BUKIT JAYA HARDWARE 93.17');
      await expect.poll(() => root.textContent, PATIENCE).toContain('Take the photo again');
      await expect.poll(() => /waits|is being read/.test(root.textContent), PATIENCE).toBe(false);
      const api = new ApiClient(tests.stack.edgeUrl, await tests.stack.token({ shopId: SHOP_OF_PHONE }));
      const { results } = dataOf<{ results: { pages: { width: number }[] }[] }>(await api.send('/api/v1/ocr/results'));
      // The newest first; it was made smaller on the phone.
      expect(results.map(({ pages }) => pages[0]?.width)).toEqual([2000, expect.any(Number), expect.any(Number)]);
      // Off the net again, so that what is tried again is seen to wait.
      setConnected(false);
      root.find('button', 'Try again')!.dispatch('click');
      await expect.poll(rows, PATIENCE).toBe(1);
      setConnected(true);
      await expect.poll(() => root.has('button', 'Try again'), PATIENCE).toBe(true);
      unmount();
    });

    it('reads at once where somebody waits', async () => {
      interface ReadNow {
        readNow(uri: string, onProgress: (share: number) => void): Promise<{ structured: { total?: number } }>;
      }
      const { readNow } = await project.load<ReadNow>('src/read-now.ts');
      const shares: number[] = [];
      const result = await readNow(pathToFileURL(fixturePath('receipt-3.jpg')).href, (share) => shares.push(share));
      expect(result.structured.total).toBeGreaterThan(0);
      expect(shares.at(-1)).toBe(1);
      const { queue } = await project.load<{ queue: Promise<{ close(): Promise<void> }> }>('src/ocr.ts');
      await (await queue).close();
    });
  });
}
