import { expect, test } from 'vitest';
import { kindOf } from './requests.ts';

const ORIGIN = 'https://ocr.test';
const kind = (path: string, mode = 'cors', method = 'GET') =>
  kindOf({ method, mode, url: path.startsWith('http') ? path : ORIGIN + path }, ORIGIN, new Set(['/', '/assets/a.js']));

test('every address of the client is its one page, and its own files are files', () => {
  for (const path of ['/', '/history?query=tea', '/history/1', '/nowhere', '/documents', '/apiary']) {
    expect(kind(path, 'navigate')).toBe('page');
  }
  expect(kind('/assets/a.js')).toBe('file');
});

test('what the service answers is never taken from a cache', () => {
  for (const path of ['/api/v1/ocr/results', '/api', '/docs', '/docs/x.js', '/openapi.json', '/ready']) {
    expect(kind(path)).toBeNull();
    expect(kind(path, 'navigate')).toBeNull();
  }
});

test('other origins, other methods and unknown files are left alone', () => {
  expect(kind('https://elsewhere.test/', 'navigate')).toBeNull();
  expect(kind('/', 'navigate', 'POST')).toBeNull();
  expect(kind('/assets/b.js')).toBeNull();
});
