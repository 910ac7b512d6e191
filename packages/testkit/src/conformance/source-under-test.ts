import type { Source, StreamSchema } from '@sluice/core/adapter';

/** A source with some records, created for every test. */
export interface SourceUnderTest {
  readonly source: Source;
  readonly schema: StreamSchema;
  /** The creation and event times of all records of the stream are in `[from, until)`. */
  readonly from: number;
  readonly until: number;
  /** The keys of all records of the stream: at least three, created at different times. */
  readonly keys: readonly string[];
  /** Changes a record at a time, as the source sees it. */
  change?(key: string, at: number): Promise<void>;
  /** Changes only what a record takes values from, at a time, as the source sees it. */
  changeCause?(key: string, at: number): Promise<void>;
  dispose(): Promise<void>;
}

export interface DescribeSourceOptions {
  readonly name: string;
  /** Whether the source can tell which records changed; requires `SourceUnderTest.change`. Default: false. */
  readonly changes?: boolean;
  /** Whether records take values from others; requires `SourceUnderTest.changeCause`. Default: false. */
  readonly derives?: boolean;
  /** Creates the source without opening it. */
  create(): Promise<SourceUnderTest>;
}
