import { unexpectedForm } from './unexpected-form.js';
import type { PagedStream } from './paged-source-options.js';

/** The stream, in which an answer that the author's zod schema does not accept is an `UnexpectedAnswerError`. */
export function understoodStream<Config>(stream: PagedStream<Config>, name: string): PagedStream<Config> {
  const { schema, paths } = stream;
  const what = `${name} lists ${schema.name}`;
  const now = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (error) {
      throw unexpectedForm(error, what);
    }
  };
  const later = async <Result>(read: () => Promise<Result>): Promise<Result> => {
    try {
      return await read();
    } catch (error) {
      throw unexpectedForm(error, what);
    }
  };
  return {
    schema,
    ...(paths && { paths }),
    page: (request) => later(() => stream.page(request)),
    created: (record) => now(() => stream.created(record)),
    ...(stream.changed && { changed: (record) => now(() => stream.changed?.(record) ?? Number.NaN) }),
    ...(stream.record && { record: (key, request) => later(async () => stream.record?.(key, request)) }),
  };
}
