import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate, in PEM, that is signed by itself and valid for one host name. */
export function aCertificate(hostName: string): { readonly certificate: string; readonly key: string } {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-certificate-'));
  const [key, certificate] = [join(directory, 'key'), join(directory, 'certificate')];
  try {
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=sluice tests'];
    const name = ['-addext', `subjectAltName=DNS:${hostName}`];
    execFileSync('openssl', [...request, ...name, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
