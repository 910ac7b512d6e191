import type { Command } from '../command.js';
import { COMPLETION_SCRIPTS, type Shell } from '../completion/completion-scripts.js';
import { EXIT } from '../exit-code.js';

interface CompletionArguments {
  shell?: Shell | undefined;
}

export const completionCommand: Command<CompletionArguments> = {
  builder: (argv) =>
    argv
      .positional('shell', { choices: ['bash', 'zsh'] as const, describe: 'Which shell; default: that of SHELL' })
      .example('source <(sluice completion bash)', 'for this session')
      .example('sluice completion zsh > ~/.zfunc/_sluice', 'for every session, with ~/.zfunc in $fpath'),
  handler: async ({ shell }, { terminal, environment }) => {
    const own = environment['SHELL']?.endsWith('zsh') === true ? 'zsh' : 'bash';
    terminal.out(COMPLETION_SCRIPTS[shell ?? own]);
    return EXIT.done;
  },
};
