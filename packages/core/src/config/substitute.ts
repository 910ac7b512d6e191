import { dirname, resolve } from 'node:path';
import type { Span } from '../contracts/document.js';
import { InvalidTextError } from '../document/decode-text.js';
import type { PipelineFileCode } from './config-codes.js';

/** One of the pipelines of a file with `foreach`. */
export interface Member {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Where the values without variables are written. */
  readonly written: ReadonlyMap<string, Span>;
}

export interface SubstitutionContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The entry of `foreach` that the file is read for. */
  readonly member?: Member | undefined;
  /** The text is in an entry of `foreach`. */
  readonly isInEntry?: boolean;
  /** The file that holds the text: `${file:PATH}` is relative to its folder. */
  readonly file: string;
  readonly readFile: (path: string) => string;
}

/** A variable in a text, and the value that took its place. */
export interface Substitution {
  readonly name: string;
  /** Undefined when the variable has no value: then the text is not what the file means. */
  readonly value: string | undefined;
  /** Where a value is written that stands in a file of the configuration: in an entry of `foreach`, or as a default. */
  readonly writtenAt?: Span | undefined;
}

export interface Substituted {
  readonly text: string;
  readonly substitutions: readonly Substitution[];
  readonly failures: readonly { readonly code: PipelineFileCode; readonly message: string; readonly help: string }[];
}

const EXPRESSION = /\$\$|\$\{(?<expression>[^}]*)\}?/gu;
const VARIABLE = /^(?<name>each(?:\.[A-Za-z][A-Za-z0-9]*)?|[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>.*))?$/su;
/** The name of an entry of `foreach`, or a value of it. */
const OF_MEMBER = /^each(?:\.(?<key>.+))?$/u;

const QUOTED = /^\s*(?:"[^]*"|'[^]*'|`[^]*`|\u201c[^]*\u201d)\s*$/u;

/**
 * Puts values in place of `${NAME}`, `${NAME:-default}`, `${file:PATH}`, `${each}` and `${each.name}`; `$$` means one `$`.
 * An empty variable counts as missing. Values are not substituted again. `at`: where the text is written.
 */
export function substitute(text: string, at: Span, context: SubstitutionContext): Substituted {
  const substitutions: Substitution[] = [];
  const failures: Substituted['failures'][number][] = [];
  const succeed = (name: string, value: string, writtenAt?: Span): string => {
    substitutions.push({ name, value, writtenAt });
    return value;
  };
  const fail = (name: string, code: PipelineFileCode, message: string, help: string): string => {
    substitutions.push({ name, value: undefined });
    failures.push({ code, message, help });
    return '';
  };
  const result = text.replaceAll(EXPRESSION, (whole: string, expression: string | undefined) => {
    if (expression === undefined) return '$';
    if (whole.endsWith('}') && expression.startsWith('file:')) {
      const path = resolve(dirname(context.file), expression.slice('file:'.length));
      try {
        return succeed(expression, context.readFile(path).replace(/\r?\n$/u, ''));
      } catch (error) {
        if (error instanceof InvalidTextError)
          return fail(expression, 'not-unicode', `the file ${path} ${error.reason}`, 'save the file as UTF-8');
        const help = 'check the path, and who may read the file';
        return fail(expression, 'file-unreadable', `the file ${path} cannot be read`, help);
      }
    }
    const { name, fallback } = (whole.endsWith('}') ? VARIABLE.exec(expression)?.groups : undefined) ?? {};
    if (name === undefined) {
      const help = 'write ${NAME}, ${NAME:-default} or ${file:PATH}, and $$ for a $';
      return fail('', 'bad-variable', 'this is not a variable', help);
    }
    const ofMember = OF_MEMBER.exec(name);
    if (ofMember !== null) {
      const { member } = context;
      if (context.isInEntry === true) {
        const help = `write \`\${${name}}\` where the value is used, or its text here`;
        return fail(name, 'bad-variable', `an entry of \`foreach\` cannot use \`\${${name}}\``, help);
      }
      if (member === undefined) {
        const help = 'write `foreach:` with an entry for each pipeline, or the name of an environment variable';
        return fail(name, 'bad-variable', `\`\${${name}}\` needs \`foreach\`, which the file does not have`, help);
      }
      const { key } = ofMember.groups ?? {};
      const own = key === undefined ? member.name : Object.hasOwn(member.values, key) ? member.values[key] : undefined;
      if (own !== undefined && own !== '')
        return succeed(name, own, key === undefined ? undefined : member.written.get(key));
      if (fallback !== undefined) return succeed(name, fallback, at);
      const help = `add \`${key}\` to the entry, or give a default: \${${name}:-…}`;
      return fail(name, 'missing-variable', `the entry \`${member.name}\` of \`foreach\` has no \`${key}\``, help);
    }
    const value = context.environment[name];
    if (value !== undefined && QUOTED.test(value)) {
      const message = `the quotation marks around the environment variable ${name} belong to its value`;
      const help = 'remove them where the variable is set: `docker --env-file`, Compose lists and Kubernetes keep them';
      return fail(name, 'quoted-variable', message, help);
    }
    if (value !== undefined && value !== '') return succeed(name, value);
    if (fallback !== undefined) return succeed(name, fallback, at);
    const state = value === undefined ? 'not set' : 'empty';
    const help = `export ${name}=…, add it to a file for --env-file, or give a default: \${${name}:-…}`;
    return fail(name, 'missing-variable', `the environment variable ${name} is ${state}`, help);
  });
  return { text: result, substitutions, failures };
}
