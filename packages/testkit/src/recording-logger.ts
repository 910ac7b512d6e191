import type { Logger } from '@sluice/core/adapter';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The fields of the line and of its loggers. */
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps its lines and those of its children. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
  /** The whole log as one text, to assert that it contains no secret. */
  text(): string;
}

export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  return {
    ...loggerInto(lines, {}),
    lines,
    text: () => lines.map((line) => `${line.level} ${line.message} ${JSON.stringify(line.fields)}`).join('\n'),
  };
}

function loggerInto(lines: LogLine[], bound: object): Logger {
  const at =
    (level: LogLine['level']) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields: { ...bound, ...fields }, message });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerInto(lines, { ...bound, ...fields }),
  };
}
