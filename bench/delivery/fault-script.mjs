/**
 * The destination's faults: unavailable for twenty seconds, then slow for five. Throughout, every fifth request is cut
 * off after it was accepted, and every ninth is throttled. Time starts with the first request.
 */
export function faultScript() {
  let begunMs;
  return (number) => {
    const nowMs = performance.now();
    begunMs ??= nowMs;
    const seconds = (nowMs - begunMs) / 1000;
    if (seconds >= 0.5 && seconds < 20.5) return { kind: 'status', status: 503 };
    if (number % 5 === 0) return { kind: 'reset', when: 'after' };
    if (number % 9 === 0) return { kind: 'status', status: 429, retryAfter: '1' };
    if (seconds >= 20.5 && seconds < 25.5) return { kind: 'slow', delayMs: 1500 };
    return undefined;
  };
}
