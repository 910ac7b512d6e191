import { parseArgs } from 'node:util';

const DEFAULTS = {
  faults: { records: '1000000', workers: '5', rounds: '1', latency: '100' },
  latency: { records: '48000', workers: '1,2,4', rounds: '3', latency: '50' },
  cpu: { records: '200000', workers: '1,2,4', rounds: '3', latency: '0' },
};

/** Per trace: one event, ten thirds of an observation, seven tenths of them generations, and one score. */
const RECORDS_PER_TRACE = 13 / 3;

/** @returns what to show, and with how many records and workers; undefined when it is not one of the three */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      records: { type: 'string' },
      workers: { type: 'string' },
      rounds: { type: 'string' },
      latency: { type: 'string' },
      save: { type: 'boolean', default: false },
    },
  });
  const [show] = positionals;
  if (!Object.hasOwn(DEFAULTS, show ?? '')) return undefined;
  const { records, workers, rounds, latency, save } = { ...DEFAULTS[show], ...values };
  return {
    show,
    traces: Math.ceil(Number(records) / RECORDS_PER_TRACE),
    workers: workers.split(',').map(Number),
    rounds: Number(rounds),
    latencyMs: Number(latency),
    save,
  };
}
