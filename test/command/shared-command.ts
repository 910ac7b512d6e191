import { WarmCommand } from './warm-command.js';

/** For the commands of all test files, one after another: each process has to load and compile the command anew. */
export const sharedCommand = new WarmCommand();

after(() => sharedCommand.stop());
