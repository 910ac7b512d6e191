import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const fileOf = (name) => new URL(`../results/${name}.json`, import.meta.url);

export function saveResult(name, result) {
  mkdirSync(new URL('.', fileOf(name)), { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify(result, null, 2)}\n`);
}

export function savedResult(name) {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}
