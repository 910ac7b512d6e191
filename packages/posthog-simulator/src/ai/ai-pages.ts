import type { AiTables } from './ai-tables.js';
import { sessionPages, type SessionPage } from './session-page.js';
import { sessionsList, type SessionLine } from './sessions-list.js';
import { tracePage, type TracePage } from './trace-page.js';
import type { TraceSums } from './trace-sums.js';
import { tracesList, type TimeRange } from './traces-list.js';

/** What PostHog's AI pages show of the events received so far. */
export class AiPages {
  #sessions: ReadonlyMap<string, SessionPage> | undefined;

  constructor(readonly tables: AiTables) {}

  traces(range: TimeRange): readonly TraceSums[] {
    return tracesList(this.tables, range);
  }

  trace(traceId: string): TracePage | undefined {
    return tracePage(this.tables, traceId);
  }

  sessions(): readonly SessionLine[] {
    return sessionsList(this.tables);
  }

  session(sessionId: string): SessionPage | undefined {
    this.#sessions ??= sessionPages(this.tables);
    return this.#sessions.get(sessionId);
  }
}
