import { ConfigError, type Instant } from '@sluice/core/adapter';
import { INSTANT_FORMS, parseInstant } from '@sluice/core/config';

/** An instant as `--from` and `--to` take it. Throws `ConfigError` for anything else. */
export function instantOption(option: string, text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new ConfigError([], `invalid --${option} ${text}: expected ${INSTANT_FORMS}`);
  return at;
}
