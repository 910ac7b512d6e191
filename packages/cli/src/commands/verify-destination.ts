import { ConfigError } from '@sluice/core/adapter';
import { hasArrived, type DestinationRepairResult, type DestinationVerification } from '@sluice/core/engine';
import type { LoadedPipeline } from '@sluice/sluice';
import type { Argv } from 'yargs';
import { attributionOf } from '../options/attribution.js';
import { instantOption } from '../options/instant-option.js';
import type { PipelineArguments } from '../options/pipeline-options.js';
import { destinationAsJson, destinationText, resendLines } from '../output/destination-text.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { runAsJson, runSummary, type SummaryOf } from '../output/run-summary.js';
import { instantText } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { printRun } from './pipeline-command.js';
import type { Work } from './sluice-command.js';

interface DestinationArguments extends PipelineArguments {
  readonly destination: boolean;
  readonly repair: boolean;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly 'max-queries': number | undefined;
  readonly why: string | undefined;
}

/** `--destination`, and what belongs to it. */
export function destinationOptions<T>(argv: Argv<T>) {
  return argv
    .option('destination', {
      type: 'boolean',
      default: false,
      describe: 'Compare with what the destination has stored',
      group: 'Destination:',
    })
    .option('from', {
      type: 'string',
      describe: 'The first event time: a date (UTC), or a date and time with its zone; default: a day before the end',
      group: 'Destination:',
    })
    .option('to', {
      type: 'string',
      describe: 'The end, not included; default: as far as events were exported',
      group: 'Destination:',
    })
    .option('max-queries', {
      type: 'number',
      describe: 'The maximum number of queries to the destination; default: 100',
      group: 'Destination:',
    })
    .check(({ destination, from, to, 'max-queries': maxQueries }) => {
      if (!destination && (from ?? to ?? maxQueries) !== undefined) throw new ConfigError([], WITHOUT_DESTINATION);
      return assertWholeNumber('max-queries', maxQueries ?? 1);
    });
}

const WITHOUT_DESTINATION =
  '--from, --to and --max-queries can only be used with --destination: without it, everything exported is compared';

/** Compares the destination with what was exported, and with `--repair` sends what is missing. Returns the exit code. */
export async function verifyDestination(
  pipeline: LoadedPipeline,
  args: DestinationArguments,
  work: Work,
): Promise<number> {
  const { output, signal } = work;
  const { from, to, 'max-queries': maxQueries } = args;
  const range = {
    ...(from === undefined ? {} : { from: instantOption('from', from) }),
    ...(to === undefined ? {} : { until: instantOption('to', to) }),
    ...(maxQueries === undefined ? {} : { maxQueries }),
  };
  if (args.repair) {
    const result = await pipeline.repairDestination({ ...range, signal, attribution: attributionOf(args) });
    const code = printRun(pipeline, result, args, work, { asJson: repairAsJson, asText: repairText });
    return code === EXIT.done && result.before && !isRepaired(result.before) ? EXIT.failed : code;
  }
  const verification = await pipeline.verifyDestination({ ...range, signal });
  if (args.json) output.json(destinationAsJson(verification));
  else {
    output.text(destinationText(verification));
    if (verification.differences.length > 0) {
      output.note(resendLines(pipeline.repeats));
      output.note(nextStep(commandLine(['verify', args.config, '--destination', ...words(args), '--repair'], args)));
    }
  }
  return hasArrived(verification) ? EXIT.done : EXIT.failed;
}

/** Whether everything could be compared, so that all that was missing was sent. */
function isRepaired({ compared, reason }: DestinationVerification): boolean {
  return compared !== undefined && reason === undefined;
}

function words({ from, to, 'max-queries': maxQueries }: DestinationArguments): readonly string[] {
  return [
    ...(from === undefined ? [] : ['--from', from]),
    ...(to === undefined ? [] : ['--to', to]),
    ...(maxQueries === undefined ? [] : ['--max-queries', String(maxQueries)]),
  ];
}

function repairText(result: DestinationRepairResult, of: SummaryOf): string {
  const { before, verifiableAt } = result;
  if (before === undefined) return runSummary(result, of);
  const sent =
    verifiableAt === undefined ? '' : `\n${runSummary(result, of)}verify again after ${instantText(verifiableAt)}\n`;
  return `${destinationText(before)}${sent}`;
}

function repairAsJson(result: DestinationRepairResult): object {
  const { before, verifiableAt } = result;
  return {
    ...runAsJson(result),
    ...(before ? { before: destinationAsJson(before) } : {}),
    ...(verifiableAt === undefined ? {} : { verifiableAt: new Date(verifiableAt).toISOString() }),
  };
}
