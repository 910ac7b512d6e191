import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//;

/**
 * The licences of the libraries in a bundle, which have to go with it; undefined without libraries.
 *
 * @param {import('esbuild').Metafile} metafile
 */
export function libraryLicenses({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = [...new Set(inputs.flatMap((path) => FOLDER.exec(path)?.[0] ?? []))].toSorted();
  return folders.length === 0 ? undefined : folders.map(licenseOf).join('\n\n---\n\n');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : `\n\n${readFileSync(folder + file, 'utf8').trim()}`;
  return `${name} ${version} (${license})${text}`;
}
