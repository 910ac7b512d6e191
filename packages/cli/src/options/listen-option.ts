import { ConfigError } from '@sluice/core/adapter';
import type { ListenAddress } from '@sluice/sluice';

/**
 * `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`; undefined for `--no-listen`, of which yargs makes `false`. Throws
 * `ConfigError` for anything else.
 */
export function listenOption(text: string | false): ListenAddress | undefined {
  if (text === false) return undefined;
  const match = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<name>[^\s:[\]/]+)):(?<port>\d{1,5})$/iu.exec(text);
  const { ipv6, name, port } = match?.groups ?? {};
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) > 65_535) {
    throw new ConfigError([], `invalid --listen ${text}: expected host and port, such as 127.0.0.1:9464`);
  }
  return { host, port: Number(port) };
}
