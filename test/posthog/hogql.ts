import createHogQLParser, { type HogQLParser } from '@posthog/hogql-parser';

let parser: Promise<HogQLParser> | undefined;

/** What a query names. */
export interface QueryNames {
  /** Of events: what `event` is compared with. */
  readonly events: ReadonlySet<string>;
  /** Below `properties`. */
  readonly properties: ReadonlySet<string>;
  /** The columns of its result. */
  readonly columns: readonly string[];
}

/**
 * Parses a query with PostHog's own parser. Throws for one that PostHog would refuse to parse. It knows neither functions nor
 * types: what only the server knows is not found.
 */
export async function parseHogQL(query: string): Promise<QueryNames> {
  parser ??= createHogQLParser();
  const tree: unknown = JSON.parse((await parser).parseSelect(query, true));
  if (isNode(tree) && 'error' in tree) throw new Error(`HogQL: ${String(tree['message'])}\n${query}`);
  const [events, properties] = [new Set<string>(), new Set<string>()];
  for (const node of nodesIn(tree)) {
    const { left, right, chain } = node;
    if (Array.isArray(chain)) {
      const at = chain.indexOf('properties');
      if (at !== -1) properties.add(String(chain[at + 1]));
    }
    if (isNode(left) && Array.isArray(left['chain']) && left['chain'].at(-1) === 'event') {
      for (const { value } of nodesIn(right)) if (typeof value === 'string') events.add(value);
    }
  }
  return { events, properties, columns: columnsOf(tree) };
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function* nodesIn(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  yield value;
  for (const each of Object.values(value)) yield* nodesIn(each);
}

function columnsOf(tree: unknown): readonly string[] {
  const select = isNode(tree) ? tree['select'] : undefined;
  return (Array.isArray(select) ? select : []).map((column: unknown) => {
    const { alias, chain } = isNode(column) ? column : {};
    return String(alias ?? (Array.isArray(chain) ? chain.at(-1) : ''));
  });
}
