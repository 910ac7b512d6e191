import { open, type FileHandle } from 'node:fs/promises';
import { storageError } from './storage-error.js';

/** The part of a file that the journal needs. */
type AppendFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

export type OpenAppendFile = (path: string) => Promise<AppendFile>;

export const openAppendFile: OpenAppendFile = async (path) => open(path, 'a', 0o600);

/** An append-only file whose lines are durable when `append` resolves. After a failed `append` it must not be used. */
export class Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  #bytes: number;

  private constructor(path: string, file: AppendFile, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens the file and cuts what lies beyond `bytes`: a line that was not completely written. */
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

  async append(lines: string): Promise<void> {
    try {
      await this.#file.appendFile(lines);
      // A failed sync must not be retried: the kernel may have dropped the pages that it could not write.
      await this.#file.datasync();
      this.#bytes += Buffer.byteLength(lines);
    } catch (error) {
      throw storageError('write', this.#path, error);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
