import { Session } from 'chdb';

/** One statement with all that a request says about it. */
export interface Statement {
  readonly text: string;
  readonly database: string;
  /** By name, as ClickHouse writes them in its tab-separated format. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  /** That of an answer whose statement names none. */
  readonly defaultFormat: string;
}

export interface Engine {
  /** Resolves with the answer's bytes, or throws the engine's error, whose message begins with `Code: N.`. */
  run(statement: Statement): Promise<Uint8Array>;
  close(): void;
}

/** Opens the data in a folder. One process can open one folder, and one folder can be open in one process. */
export function openEngine(directory: string, configFile?: string): Engine {
  const connectionArgs = configFile === undefined ? [] : [`--config-file=${configFile}`];
  // Keeps the folder open between requests.
  const keeper = new Session(directory, { connectionArgs });
  return {
    run: async (statement) => {
      // One session for each request, so that neither settings nor parameters pass from one to the next.
      const session = new Session(directory, { connectionArgs });
      try {
        await session.queryAsync(`USE ${quoted(statement.database, '`')}`);
        for (const [name, value] of statement.parameters) {
          await session.queryAsync(`SET param_${name} = ${quoted(value, "'")}`);
        }
        const settings = [...statement.settings].map(([name, value]) => `${quoted(name, '`')} = ${quoted(value, "'")}`);
        if (settings.length > 0) await session.queryAsync(`SET ${settings.join(', ')}`);
        const result = await session.queryAsync(statement.text, { format: statement.defaultFormat });
        return result.bytes();
      } finally {
        session.close();
      }
    },
    close: () => keeper.close(),
  };
}

function quoted(text: string, mark: string): string {
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`) + mark;
}
