import type { Source, StreamSchema } from '@sluice/core';

/** A source with some records, made anew for every test. */
export interface SourceUnderTest {
  readonly source: Source;
  readonly schema: StreamSchema;
  /** A stretch that holds the creation and event times of every record of the stream. */
  readonly from: number;
  readonly until: number;
  /** The keys of all records of the stream: at least three, created at different times. */
  readonly keys: readonly string[];
  /** Makes the source know that the record changed at a time. */
  change?(key: string, at: number): Promise<void>;
  /** Makes the source know that something the record takes values from changed at a time, but not the record itself. */
  changeCause?(key: string, at: number): Promise<void>;
  dispose(): Promise<void>;
}

export interface DescribeSourceOptions {
  readonly name: string;
  /** Whether the source can tell which records changed: `SourceUnderTest.change` is there then. Default: false. */
  readonly changes?: boolean;
  /** Whether records take values from others: `SourceUnderTest.changeCause` is there then. Default: false. */
  readonly derives?: boolean;
  /** Makes the source; `open` is left to the suite. */
  create(): Promise<SourceUnderTest>;
}
