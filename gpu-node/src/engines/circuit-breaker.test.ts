import { describe, expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

function breaker() {
  const clock = { now: 0 };
  const it = new CircuitBreaker({ failures: 3, windowMs: 1000, restMs: 500, now: () => clock.now });
  const call = (outcome: 'succeeded' | 'failed' | 'abandoned') => {
    const entered = it.enter();
    if (entered) it[outcome]();
    return entered;
  };
  return { it, clock, call };
}

describe('CircuitBreaker', () => {
  test('opens after failures in the window, lets one call try after the rest, and closes when that succeeds', () => {
    const { it, clock, call } = breaker();
    for (let i = 0; i < 2; i++) call('failed');
    expect(it.state).toBe('closed');
    call('failed');
    expect(it.state).toBe('open');
    expect(it.enter()).toBe(false);
    clock.now = 500;
    expect(it.state).toBe('half-open');
    expect(it.enter()).toBe(true);
    expect(it.enter()).toBe(false);
    it.succeeded();
    expect(it.state).toBe('closed');
    expect([call('failed'), call('failed'), it.state]).toEqual([true, true, 'closed']);
  });

  test('a probe that fails opens it again; one that is given up frees the place', () => {
    const { it, clock, call } = breaker();
    for (let i = 0; i < 3; i++) call('failed');
    clock.now = 600;
    expect(call('abandoned')).toBe(true);
    expect(call('failed')).toBe(true);
    expect(it.state).toBe('open');
    clock.now = 1099;
    expect(it.state).toBe('open');
    clock.now = 1100;
    expect(call('succeeded')).toBe(true);
    expect(it.state).toBe('closed');
  });

  test('failures that are old do not count', () => {
    const { it, clock, call } = breaker();
    for (let i = 0; i < 9; i++) {
      call('failed');
      clock.now += 600;
    }
    expect(it.state).toBe('closed');
  });

  test('an engine that mostly answers stays in use', () => {
    const { it, call } = breaker();
    for (let i = 0; i < 300; i++) call(i % 3 === 2 ? 'failed' : 'succeeded');
    expect(it.state).toBe('closed');
    for (let i = 0; i < 120; i++) call('failed');
    expect(it.state).toBe('open');
  });

  test('a call that was let in before it opened and succeeds late changes nothing', () => {
    const { it, call } = breaker();
    it.enter();
    for (let i = 0; i < 3; i++) call('failed');
    it.succeeded();
    expect(it.state).toBe('open');
  });
});
