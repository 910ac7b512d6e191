import { ConfigError } from '@sluice/core/adapter';

/** Where a server listens. Port 0: any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`. */
export function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<name>[^\s:[\]/]+)):(?<port>\d{1,5})$/iu.exec(text);
  const { ipv6, name, port } = match?.groups ?? {};
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) > 65_535) {
    throw new ConfigError([], `--listen ${text} is not an address: expected host and port, such as 127.0.0.1:9464`);
  }
  return { host, port: Number(port) };
}
