/** An HTTP answer of the simulator. */
export interface SimulatorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

export function textAnswer(status: number, body: string, headers: Headers = {}): SimulatorAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

export function jsonAnswer(status: number, body: unknown, headers: Headers = {}): SimulatorAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Ends the handling of a request with an answer. */
export class AnswerError extends Error {
  constructor(readonly answer: SimulatorAnswer) {
    super(`${answer.status} ${answer.body}`);
  }
}
