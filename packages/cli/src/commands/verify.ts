import { isAccountedFor, type RepairResult, type Verification } from '@sluice/core/engine';
import { example } from '../options/example.js';
import { attributionOf } from '../options/attribution.js';
import { whyOption } from '../options/pipeline-options.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { runAsJson, runSummary, type SummaryOf } from '../output/run-summary.js';
import { verificationAsJson, verificationText } from '../output/verification-text.js';
import { EXIT } from '../process/exit-code.js';
import { pipelineCommand, printRun } from './pipeline-command.js';
import { destinationOptions, verifyDestination } from './verify-destination.js';
import { FINISHING } from './sluice-command.js';

export const verifyCommand = pipelineCommand({
  options: (argv) =>
    destinationOptions(whyOption(argv))
      .option('repair', { type: 'boolean', default: false, describe: 'Export what differs again' })
      .epilogue(example('$0 verify pipeline.yaml', 'exit code 0 only when every record is accounted for'))
      .epilogue(example('$0 verify pipeline.yaml --repair', 'exports the hours that differ again'))
      .epilogue(example('$0 verify pipeline.yaml --destination', 'what the destination has lost in the last day')),
  stopping: FINISHING,
  act: async (pipeline, args, work) => {
    if (args.destination) return verifyDestination(pipeline, args, work);
    const { output, signal } = work;
    if (args.repair) {
      const result = await pipeline.repair({ signal, attribution: attributionOf(args) });
      const code = printRun(pipeline, result, args, work, { asJson: repairAsJson, asText: repairText });
      return code === EXIT.done && result.after ? codeOf(result.after) : code;
    }
    const verification = await pipeline.verify({ signal });
    if (args.json) output.json(verificationAsJson(verification));
    else {
      output.text(verificationText(verification, pipeline.repeats));
      const differs = verification.streams.some(({ differences }) => differences.length > 0);
      if (differs) output.note(nextStep(commandLine(['verify', args.config, '--repair'], args)));
      else if (verification.openDeadLetters > 0) {
        output.note(nextStep(commandLine(['dead-letters', 'list', args.config], args)));
      }
    }
    return codeOf(verification);
  },
});

function codeOf(verification: Verification): number {
  return isAccountedFor(verification) ? EXIT.done : EXIT.failed;
}

function repairText(result: RepairResult, of: SummaryOf): string {
  const { before, after } = result;
  return [
    before ? `Before:\n${verificationText(before, of.rules)}\n` : '',
    runSummary(result, of),
    after ? `\nAfter:\n${verificationText(after, of.rules)}` : '',
  ].join('');
}

function repairAsJson(result: RepairResult): object {
  const { before, after } = result;
  return {
    ...runAsJson(result),
    ...(before ? { before: verificationAsJson(before) } : {}),
    ...(after ? { after: verificationAsJson(after) } : {}),
  };
}
