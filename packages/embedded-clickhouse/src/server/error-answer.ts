export interface ErrorAnswer {
  readonly status: number;
  readonly code: number;
  readonly text: string;
}

const VERSION = '(version 26.7.2.1)';

export const WRONG_PASSWORD =
  'Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)';

/** As ClickHouse maps the codes of its errors; 500 for the others. */
const STATUS_CODES: Readonly<Record<number, readonly number[]>> = {
  400: [6, 26, 27, 38, 41, 43, 53, 62, 70, 72, 117, 131, 386, 457],
  403: [192, 193, 497, 516],
  404: [46, 47, 50, 60, 63, 73, 81, 115],
  408: [159],
  413: [256],
  501: [48],
  503: [209, 439],
};

/** What ClickHouse answers to a statement that failed. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const message = error instanceof Error ? error.message : String(error);
  const code = Number(/^Code: (\d+)/.exec(message)?.[1] ?? 1002);
  const text = message.startsWith('Code: ') ? message : `Code: ${code}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  const status = Object.entries(STATUS_CODES).find(([, codes]) => codes.includes(code))?.[0];
  return { status: Number(status ?? 500), code, text: `${text} ${VERSION}\n` };
}
