/** What the tests of the guides share. */
import { createElement, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import { truncatedJpeg } from '../../fixtures/bad-input.ts';
import { readFixture } from '../api-client.ts';
import type { TestStack } from '../stack.ts';
import type { MiniElement } from './mini-dom.ts';
import type { Project } from './project.ts';
import type { Sample } from './samples.ts';

/** There from the first test on. */
export interface GuideTests {
  readonly stack: TestStack;
  readonly samples: readonly Sample[];
  /** A folder that is removed in the end. */
  readonly scratch: string;
  /** With the samples of a guide. */
  project(guide: string): Project;
}

export const PATIENCE = { timeout: 60_000, interval: 50 };
export const NODE = process.execPath;

/** What a bundler of today wants of its types. */
export const BUNDLER_TYPES = {
  target: 'es2022',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
  module: 'preserve',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node', 'react'],
};

export function render(element: MiniElement, component: FunctionComponent): () => void {
  const root = createRoot(element as unknown as Element);
  root.render(createElement(component));
  return () => root.unmount();
}

export async function fileOf(fixture: string): Promise<File> {
  return new File([new Uint8Array(await readFixture(fixture))], fixture, { type: 'image/jpeg' });
}

export async function brokenFile(): Promise<File> {
  return new File([new Uint8Array(await truncatedJpeg())], 'broken.jpg', { type: 'image/jpeg' });
}

export function formWith(image: Blob): FormData {
  const form = new FormData();
  form.set('image', image);
  return form;
}
