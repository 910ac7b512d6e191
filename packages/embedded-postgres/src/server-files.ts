import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { handOver, type ServerAccount } from './server-account.js';

/** The text of files that a server reads when it starts. */
export interface ServerFiles {
  /** Makes the server offer TLS. Both are PEM. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** The lines of pg_hba.conf. Default: those of initdb. */
  readonly accessRules?: string;
}

/** Writes the files into the server's folder, readable by the server alone, and returns the settings that name them. */
export async function writeServerFiles(
  { tls, accessRules }: ServerFiles,
  directory: string,
  account: ServerAccount,
): Promise<Readonly<Record<string, string>>> {
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, text, { mode: 0o600 });
    await handOver(path, account);
    return path;
  };
  return {
    ...(accessRules !== undefined && { hba_file: await write('access.conf', accessRules) }),
    ...(tls !== undefined && {
      ssl: 'on',
      ssl_cert_file: await write('server.crt', tls.certificate),
      ssl_key_file: await write('server.key', tls.key),
    }),
  };
}
