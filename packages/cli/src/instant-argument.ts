import { ConfigError, type Instant } from '@sluice/core/adapter';
import { INSTANT_FORMS, parseInstant } from '@sluice/core/config';

/** A moment as `--from` and `--to` take it. Throws `ConfigError` for anything else. */
export function instantArgument(option: string, text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new ConfigError([], `--${option} ${text} is no moment: expected ${INSTANT_FORMS}`);
  return at;
}
