import { createLogger, type AdapterContext } from '@sluice/core';
import { checkSection, type CheckSection } from '../check/check-section.js';
import type { CommandContext } from '../command-context.js';
import { version } from '../version.js';

/** Tries Langfuse's database as the pipeline would. */
export function checkDatabase(url: string, context: CommandContext, signal: AbortSignal): Promise<CheckSection> {
  return checkAdapter(context.services.sources, 'langfuse-postgres', { url }, context, signal);
}

/** Tries PostHog's host and the project's key as the pipeline would. */
export function checkPosthog(
  apiKey: string,
  host: string,
  context: CommandContext,
  signal: AbortSignal,
): Promise<CheckSection> {
  return checkAdapter(context.services.sinks, 'posthog', { apiKey, host }, context, signal);
}

type Definitions = CommandContext['services']['sources'] | CommandContext['services']['sinks'];

async function checkAdapter(
  definitions: Definitions,
  type: string,
  options: object,
  { services, environment }: CommandContext,
  signal: AbortSignal,
): Promise<CheckSection> {
  const definition = definitions.find((each) => each.type === type);
  if (definition === undefined) throw new Error(`${type} does not ship with this installation`);
  const parsed = definition.config.safeParse(options);
  if (!parsed.success) {
    const message = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
    return { part: type, results: [{ name: 'value', outcome: 'bad', message, fix: 'correct the value' }] };
  }
  const adapterContext: AdapterContext = {
    logger: createLogger({ level: 'silent', pretty: false, colour: false }),
    runtime: services.runtime,
    environment,
    baseDirectory: process.cwd(),
    userAgent: `sluice/${version}`,
  };
  const adapter = definition.create(parsed.data, adapterContext);
  try {
    return await checkSection(type, () => adapter.check({ signal }), signal);
  } finally {
    await adapter.close();
  }
}
