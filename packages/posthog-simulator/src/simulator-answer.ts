/** An HTTP answer of the simulator. */
export interface SimulatorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export function textAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): SimulatorAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatorAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function htmlAnswer(status: number): SimulatorAnswer {
  const body = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>';
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** Ends the handling of a request with an answer. */
export class AnswerError extends Error {
  constructor(readonly answer: SimulatorAnswer) {
    super(`${answer.status} ${answer.body}`);
  }
}
