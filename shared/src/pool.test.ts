import { describe, expect, test } from 'vitest';
import { announcementSchema, isOrigin } from './pool.ts';

const announcement = {
  sub: 'node-1.internal',
  url: 'http://10.0.0.7:8788',
  capacity: 16,
  in_flight: 3,
  queue: 0,
  model_version: 'models-1',
  draining: false,
};

test('an announcement as a node makes it', () => {
  expect(announcementSchema.parse(announcement)).toEqual(announcement);
});

describe('no announcement', () => {
  test.each([
    ['of a node with a strange id', { sub: 'a b' }],
    ['of a node without one', { sub: '' }],
    ['with a path in its address', { url: 'http://node.test/admin' }],
    ['with a password in its address', { url: 'http://me:secret@node.test' }],
    ['with another protocol', { url: 'file:///etc/passwd' }],
    ['without capacity', { capacity: 0 }],
    ['with less than nothing in flight', { in_flight: -1 }],
    ['with half a request', { in_flight: 0.5 }],
    ['with a model version that would break a header', { model_version: 'a\r\nb' }],
    ['that does not say whether it drains', { draining: undefined }],
  ])('%s', (_, wrong) => {
    expect(announcementSchema.safeParse({ ...announcement, ...wrong }).success).toBe(false);
  });
});

test.each(['http://a', 'https://a.example/', 'http://127.0.0.1:1', 'http://[::1]:8788'])('%s is an origin', (url) => {
  expect(isOrigin(url)).toBe(true);
});
