import { ConfigError, duration } from '@sluice/core/adapter';

/** A duration such as `30s`, in milliseconds. Throws `ConfigError` for anything else. */
export function durationOption(option: string, text: string): number {
  const { data, error } = duration().safeParse(text);
  if (data === undefined) {
    throw new ConfigError([], `invalid --${option} ${text}: ${error?.issues[0]?.message ?? 'not a duration'}`);
  }
  return data;
}
