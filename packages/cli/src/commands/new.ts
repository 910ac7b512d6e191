import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { writeFiles } from '../init/write-files.js';
import { adapterFiles } from '../new/adapter-files.js';
import { ADAPTER_KINDS, adapterNames, type AdapterKind } from '../new/adapter-names.js';
import { example } from '../options/example.js';
import { forShell } from '../output/for-shell.js';
import { EXIT } from '../process/exit-code.js';
import type { Command } from './command.js';

interface NewArguments {
  kind: AdapterKind;
  name: string;
  dir: string | undefined;
}

export const newCommand: Command<NewArguments> = {
  builder: (argv) =>
    argv
      .positional('kind', { choices: ADAPTER_KINDS, demandOption: true, describe: 'What to write' })
      .positional('name', {
        type: 'string',
        demandOption: true,
        describe: 'What it connects to, such as big-data, or the name of the package',
      })
      .positional('dir', {
        type: 'string',
        describe: 'Where to write it; default: a folder with the name of the package',
      })
      .epilogue(example('$0 new sink big-data', 'a package sluice-big-data-sink, whose tests say what to write'))
      .epilogue(example('$0 new source @acme/sluice-orders orders', 'a scoped package, in the folder orders')),
  handler: async ({ kind, name, dir }, { terminal }) => {
    const names = adapterNames(name, kind);
    const folder = resolve(dir ?? basename(names.packageName));
    const here = relative(process.cwd(), folder);
    if (existsSync(folder) && !isEmptyFolder(folder)) {
      const what = here || 'this folder';
      throw new ConfigError([], `nothing was written: ${what} is not an empty folder; choose another directory`);
    }
    const files = adapterFiles(kind, names).map(({ path, text }) => ({ path: join(folder, path), text }));
    terminal.out(writeFiles(files));
    const commands = [...(here === '' ? [] : [`cd ${forShell(here)}`]), 'npm install', 'npm test # says what to write'];
    terminal.out(`Next:\n\n${commands.map((line) => `  ${line}\n`).join('')}`);
    return EXIT.done;
  },
};

/** Not what is a file, or cannot be read. */
function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
