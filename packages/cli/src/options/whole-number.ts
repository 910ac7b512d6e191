import { ConfigError } from '@sluice/core/adapter';

/** A check for yargs: throws `ConfigError` unless the option is a whole number from 1 to `most`. */
export function assertWholeNumber(option: string, value: number, most = Number.POSITIVE_INFINITY): true {
  if (Number.isInteger(value) && value >= 1 && value <= most) return true;
  const range = most === Number.POSITIVE_INFINITY ? 'above 0' : `from 1 to ${most}`;
  throw new ConfigError([], `--${option} must be a whole number ${range}`);
}
