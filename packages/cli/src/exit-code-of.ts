import { ConfigError } from '@sluice/core/adapter';
import type { RunResult } from '@sluice/core/engine';
import { EXIT } from './exit-code.js';

export function exitCodeOf({ outcome, failure, report }: RunResult): number {
  if (failure instanceof ConfigError) return EXIT.usage;
  if (outcome !== 'done') return EXIT.failed;
  return report.deadLetters > 0 ? EXIT.deadLetters : EXIT.done;
}
