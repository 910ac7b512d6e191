import { EXIT } from './exit-code.js';

// yargs asks for the folder as soon as it is loaded, so this module comes before it.
try {
  process.cwd();
} catch {
  process.stderr.write('sluice: the current folder no longer exists; change to another one\n');
  process.exit(EXIT.failed);
}
