import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Sluice } from '@sluice/sluice';
import { schemaText } from '../schema/schema-text.js';
import { pairName, type Pair } from './pair.js';
import type { NewFile } from './write-files.js';

type Kind = 'pipeline' | 'mapping';

/** The first line of a file of the folder, by which editors find its schema. */
export function schemaLine(kind: Kind, pair: Pair, toFolder: string): string {
  return `# yaml-language-server: $schema=${posix.join(toFolder, schemaPath(kind, pair))}\n`;
}

/**
 * The schemas that the folder does not have yet. They are copies, as a package may be installed anywhere or nowhere: an
 * editor needs neither it nor a network.
 */
export async function newSchemas(directory: string, pair: Pair, sluice: Sluice): Promise<readonly NewFile[]> {
  const ends = { ...pair, presets: pair.preset === undefined ? [] : [pair.preset] };
  const files = (['pipeline', 'mapping'] as const).map(async (kind) => {
    const path = join(directory, schemaPath(kind, pair));
    return existsSync(path) ? [] : [{ path, text: await schemaText(kind, ends, sluice) }];
  });
  return (await Promise.all(files)).flat();
}

/** Pipelines of one pair share them. */
function schemaPath(kind: Kind, pair: Pair): string {
  return `schema/${pairName(pair)}.${kind}.json`;
}
