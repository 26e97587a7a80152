import { ApiError } from '@edge-ocr/shared/client/ocr-client';
import { expect, test } from 'vitest';
import { failureOf, failureText, isAbort } from './failure.ts';

test('an answer of the API keeps its own suggestion and its time to wait', () => {
  const details = { suggestion: 'Slow down.', retryable: true, request_id: 'r' };
  const error = new ApiError({ code: 'RATE_LIMITED', message: 'Too many requests', details }, 429, 7);
  expect(failureOf(error)).toEqual({ message: 'Too many requests', suggestion: 'Slow down.', retryAfterSeconds: 7 });
});

test('a connection that fails says so, and whatever else is thrown has a suggestion too', () => {
  expect(failureOf(new TypeError('Failed to fetch')).message).toBe('The service could not be reached');
  expect(failureOf(new Error('odd')).message).toBe('odd');
  expect(failureOf('odd').suggestion).toContain('Try again');
  const full = Object.assign(new Error('The queue is full'), { suggestion: 'Remove some.' });
  expect(failureOf(full)).toEqual({ message: 'The queue is full', suggestion: 'Remove some.' });
});

test('what the page itself ended is no failure', () => {
  expect(isAbort(new DOMException('', 'AbortError'))).toBe(true);
  expect(isAbort(new Error('x'))).toBe(false);
});

test('in one line a sentence ends once', () => {
  expect(failureText({ message: 'Too many requests', suggestion: 'Wait.' })).toBe('Too many requests. Wait.');
  expect(failureText({ message: 'Sign in first.', suggestion: 'Wait.' })).toBe('Sign in first. Wait.');
});
