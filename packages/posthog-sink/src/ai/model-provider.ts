/**
 * Providers by the start of a model's name, in lower case; the longest start that fits counts. The providers are named as
 * PostHog's own SDKs name them, and where they have no name for one, as OpenRouter does.
 */
export const MODEL_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['gpt-', 'openai'],
  ['chatgpt-', 'openai'],
  ['o1', 'openai'],
  ['o3', 'openai'],
  ['o4-', 'openai'],
  ['text-embedding-3', 'openai'],
  ['text-embedding-ada', 'openai'],
  ['openai/', 'openai'],
  ['azure/', 'azure'],
  ['claude-', 'anthropic'],
  ['anthropic/', 'anthropic'],
  ['bedrock/', 'amazon-bedrock'],
  ['anthropic.claude-', 'amazon-bedrock'],
  ['gemini-', 'gemini'],
  ['gemini/', 'gemini'],
  ['models/gemini-', 'gemini'],
  ['google/', 'google'],
  ['mistral-', 'mistral'],
  ['ministral-', 'mistral'],
  ['magistral-', 'mistral'],
  ['codestral-', 'mistral'],
  ['open-mistral-', 'mistral'],
  ['open-mixtral-', 'mistral'],
  ['mistralai/', 'mistral'],
  ['command-', 'cohere'],
  ['embed-english-', 'cohere'],
  ['embed-multilingual-', 'cohere'],
  ['cohere/', 'cohere'],
  ['llama-', 'meta-llama'],
  ['meta-llama/', 'meta-llama'],
  ['deepseek-', 'deepseek'],
  ['deepseek/', 'deepseek'],
  ['grok-', 'x-ai'],
  ['x-ai/', 'x-ai'],
]);

/**
 * The provider of a model; null if no start fits. `own` adds to the table and wins over it: `acme-=acme, gpt-=azure`. An
 * entry without a provider, such as `gpt-=`, leaves it unknown.
 */
export function modelProvider(model: string, own: string): string | null {
  const name = model.trim().toLowerCase();
  const found = longestStart(name, ownProviders(own)) ?? longestStart(name, MODEL_PROVIDERS);
  return found === undefined || found === '' ? null : found;
}

function longestStart(name: string, providers: Iterable<readonly [string, string]>): string | undefined {
  let longest: readonly [string, string] | undefined;
  for (const entry of providers) {
    if (name.startsWith(entry[0]) && entry[0].length > (longest?.[0].length ?? 0)) longest = entry;
  }
  return longest?.[1];
}

function ownProviders(own: string): readonly (readonly [string, string])[] {
  return own.split(',').flatMap((entry): (readonly [string, string])[] => {
    const at = entry.lastIndexOf('=');
    return at === -1 ? [] : [[entry.slice(0, at).trim().toLowerCase(), entry.slice(at + 1).trim()]];
  });
}
