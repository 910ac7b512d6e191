import { changed, sluiceCommand } from '../throughput/sluice-command.mjs';

/** What every worker is told; the time zone, because Langfuse's times are UTC without saying so. */
const ENVIRONMENT = { LANGFUSE_URL: 'https://langfuse.example.com', POSTHOG_API_KEY: 'phc_bench', TZ: 'UTC' };

/**
 * The shipped pipeline with a state in Postgres that several workers share.
 *
 * @param {{ leaseSeconds?: number, delivery?: string, stateUrl: string, sourceUrl: string, receiverUrl: string }} given
 */
export function workersPipeline({ leaseSeconds = 60, delivery, stateUrl, sourceUrl, receiverUrl }) {
  const state = `state: { use: postgres, with: { url: '\${SLUICE_STATE_URL}', lease: window, leaseSeconds: ${leaseSeconds} } }`;
  const { command, remove } = sluiceCommand({
    edit: (text) =>
      changed(changed(text, /^state: .*$/m, state), 'gzip: true', 'gzip: true\n    allowInsecure: true') +
      (delivery === undefined ? '' : `delivery: ${delivery}\n`),
  });
  return {
    command,
    remove,
    env: {
      ...ENVIRONMENT,
      LANGFUSE_DATABASE_URL: sourceUrl,
      SLUICE_STATE_URL: stateUrl,
      POSTHOG_HOST: receiverUrl,
    },
  };
}
