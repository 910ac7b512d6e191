import { setImmediate } from 'node:timers/promises';
import { exactJson, parseJson, SourceDriftError, type FieldValue, type RecordProblem } from '@sluice/core/source';
import { statOf } from './file-failure.js';
import { listFiles, type ListedFile } from './list-files.js';
import { readLines, type Line } from './read-lines.js';
import { RecordProblemOf, readValue, type JsonField } from './read-value.js';

/** After so many the process does something else. */
const LINES_AT_ONCE = 2000;

/** Where a record is, and its times. */
export interface IndexedRecord {
  readonly file: ListedFile;
  readonly line: number;
  readonly offset: number;
  readonly bytes: number;
  readonly key: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly eventAt: number;
  /** Why the line is no record. */
  readonly problem?: RecordProblem;
}

export interface IndexedStream {
  readonly name: string;
  readonly key: readonly JsonField[];
  readonly created: JsonField;
  readonly updated: JsonField | undefined;
  readonly event: JsonField;
}

interface IndexedFile {
  readonly inode: number;
  readonly modifiedMs: number;
  /** How far it is indexed: the end of the last line that was taken. */
  end: number;
  /** Those whose newline is before `end`. */
  lines: number;
  bytes: number;
  readonly records: IndexedRecord[];
}

/** The keys and times of all lines of a stream's files, kept up to date. The last line with a key is the record. */
export class StreamIndex {
  readonly #stream: IndexedStream;
  readonly #patterns: readonly string[];
  readonly #baseDirectory: string;
  readonly #maxRecords: number;
  readonly #files = new Map<string, IndexedFile>();
  #records: ReadonlyMap<string, IndexedRecord> = new Map();
  /** One after another: two readers would index the same lines. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    stream: IndexedStream,
    { patterns, baseDirectory, maxRecords }: { patterns: readonly string[]; baseDirectory: string; maxRecords: number },
  ) {
    this.#stream = stream;
    this.#patterns = patterns;
    this.#baseDirectory = baseDirectory;
    this.#maxRecords = maxRecords;
  }

  /** By key. Reads what was added to the files since the last call. */
  records(signal?: AbortSignal): Promise<ReadonlyMap<string, IndexedRecord>> {
    const updated = this.#last.then(() => this.#refresh(signal));
    this.#last = updated.catch(() => {});
    return updated;
  }

  async #refresh(signal: AbortSignal | undefined): Promise<ReadonlyMap<string, IndexedRecord>> {
    signal?.throwIfAborted();
    const { files, missing } = listFiles(this.#patterns, this.#baseDirectory);
    if (missing.length > 0) throw new SourceDriftError(`there is no file ${missing.join(', ')}: correct \`files\``);
    const paths = new Set(files.map(({ path }) => path));
    let isChanged = false;
    for (const path of this.#files.keys()) {
      if (paths.has(path)) continue;
      this.#files.delete(path);
      isChanged = true;
    }
    for (const file of files) {
      try {
        if (await this.#update(file, signal)) isChanged = true;
      } catch (error) {
        // It is indexed in part: the next time it is read from its start.
        this.#files.delete(file.path);
        throw error;
      }
    }
    if (isChanged) {
      const inOrder = files.flatMap(({ path }) => this.#files.get(path)?.records ?? []);
      this.#records = new Map(inOrder.map((record) => [record.key, record]));
    }
    return this.#records;
  }

  /** Whether anything changed. A file that has become shorter or another one is read from its start. */
  async #update(file: ListedFile, signal: AbortSignal | undefined): Promise<boolean> {
    const stat = statOf(file.path);
    if (stat === undefined) return false;
    const known = this.#files.get(file.path);
    const isSame = known !== undefined && known.inode === stat.ino && stat.size >= known.bytes;
    if (isSame && stat.size === known.bytes && stat.mtimeMs === known.modifiedMs) return false;
    const isGrown = isSame && stat.size > known.bytes && !file.path.endsWith('.gz');
    const index: IndexedFile = {
      inode: stat.ino,
      modifiedMs: stat.mtimeMs,
      bytes: stat.size,
      end: isGrown ? known.end : 0,
      lines: isGrown ? known.lines : 0,
      records: isGrown ? known.records : [],
    };
    this.#files.set(file.path, index);
    const others =
      [...this.#files.values()].reduce((sum, { records }) => sum + records.length, 0) - index.records.length;
    for (const line of readLines(file.path, index.end)) {
      const record = this.#read(file, index, line, stat.mtimeMs);
      if (record === 'torn') break;
      if (line.isComplete) index.lines += 1;
      if (index.lines % LINES_AT_ONCE === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
      index.end = line.offset + line.bytes + (line.isComplete ? 1 : 0);
      if (record !== undefined) index.records.push(record);
      if (others + index.records.length > this.#maxRecords) {
        const advice = 'raise maxRecords, or name fewer files: old ones that are exported can be left out';
        throw new SourceDriftError(
          `the files of ${this.#stream.name} have more than ${this.#maxRecords} lines: ${advice}`,
        );
      }
    }
    return true;
  }

  /** The record of a line; undefined for a blank one. A last line without its end is torn, unless it is a whole object. */
  #read(file: ListedFile, index: IndexedFile, line: Line, modifiedMs: number): IndexedRecord | 'torn' | undefined {
    const text = withoutMark(line.text);
    if (text.trim() === '') return undefined;
    const number = index.lines + 1;
    const place = { file, line: number, offset: line.offset, bytes: line.bytes };
    const object = parseObject(text);
    if (object === undefined && !line.isComplete) return 'torn';
    const found = object === undefined ? 'is not a JSON object' : this.#times(object);
    if (typeof found !== 'string') return { ...place, ...found };
    // It has no time, so it is read with the line before it.
    const at = index.records.at(-1)?.createdAt ?? modifiedMs;
    const where = `${file.name}:${number}`;
    const problem = { reason: `at ${where} ${found}` };
    return { ...place, key: where, createdAt: at, updatedAt: at, eventAt: at, problem };
  }

  /** Or what is wrong with them. */
  #times(object: object): Pick<IndexedRecord, 'key' | 'createdAt' | 'updatedAt' | 'eventAt'> | string {
    const { key, created, updated, event } = this.#stream;
    const parts: string[] = [];
    for (const field of key) {
      const value = readValue(object, field);
      if (value instanceof RecordProblemOf || value === null) return `has a key ${field.name} that ${reasonOf(value)}`;
      parts.push(keyText(value));
    }
    const createdAt = readValue(object, created);
    if (typeof createdAt !== 'number') return `has a time ${created.name} that ${reasonOf(createdAt)}`;
    const eventAt = readValue(object, event);
    if (typeof eventAt !== 'number') return `has a time ${event.name} that ${reasonOf(eventAt)}`;
    const updatedAt = updated && readValue(object, updated);
    const text = parts.length === 1 ? (parts[0] ?? '') : JSON.stringify(parts);
    return { key: text, createdAt, eventAt, updatedAt: typeof updatedAt === 'number' ? updatedAt : createdAt };
  }
}

export function parseObject(text: string): object | undefined {
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function keyText(value: FieldValue): string {
  return typeof value === 'string' ? value : exactJson(value);
}

function reasonOf(value: unknown): string {
  return value instanceof RecordProblemOf ? value.reason : 'is null';
}
