import { open, type FileHandle } from 'node:fs/promises';
import { type StateError, storageError } from '@sluice/core';

/** The part of a file that the journal needs. */
export interface AppendFile {
  appendFile(text: string): Promise<void>;
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenAppendFile = (path: string) => Promise<AppendFile>;

export const openAppendFile: OpenAppendFile = async (path): Promise<FileHandle> => open(path, 'a', 0o600);

/** An append-only file whose lines are durable when `append` resolves. After a failed append it takes no more. */
export class Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  #bytes: number;
  #broken: StateError | undefined;

  private constructor(path: string, file: AppendFile, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens the file and cuts what lies beyond `bytes`: a line that was never completely written. */
  static async open(path: string, bytes: number, openFile: OpenAppendFile): Promise<Journal> {
    let file: AppendFile | undefined;
    try {
      file = await openFile(path);
      await file.truncate(bytes);
      await file.datasync();
      return new Journal(path, file, bytes);
    } catch (error) {
      await file?.close().catch(() => undefined);
      throw storageError('write', path, error);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(line: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      await this.#file.appendFile(line);
      // A failed sync is never tried again: the kernel may have forgotten the pages that it could not write.
      await this.#file.datasync();
      this.#bytes += Buffer.byteLength(line);
    } catch (error) {
      this.#broken = storageError('write', this.#path, error);
      throw this.#broken;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
