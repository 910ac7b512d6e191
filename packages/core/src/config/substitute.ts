import { dirname, resolve } from 'node:path';
import type { ConfigCode } from './config-codes.js';
import type { Substitution } from '../document/source-tree.js';

export interface SubstitutionContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file that holds the text: `${file:PATH}` is relative to its folder. */
  readonly file: string;
  readonly readFile: (path: string) => string;
}

export interface Substituted {
  readonly text: string;
  readonly substitutions: readonly Substitution[];
  /** What is missing or wrong, with what to do about it. */
  readonly failures: readonly { readonly code: ConfigCode; readonly message: string; readonly help: string }[];
}

const EXPRESSION = /\$\$|\$\{(?<expression>[^}]*)\}?/gu;
const VARIABLE = /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>.*))?$/su;

/**
 * Puts values in place of `${NAME}`, `${NAME:-default}` and `${file:PATH}`; `$$` stands for one `$`. An empty variable
 * counts as missing. What is put in is never looked at again.
 */
export function substitute(text: string, context: SubstitutionContext): Substituted {
  const substitutions: Substitution[] = [];
  const failures: Substituted['failures'][number][] = [];
  const fail = (name: string, code: ConfigCode, message: string, help: string) => {
    substitutions.push({ name, value: undefined, isDefault: false });
    failures.push({ code, message, help });
    return '';
  };
  const result = text.replaceAll(EXPRESSION, (whole: string, expression: string | undefined) => {
    if (expression === undefined) return '$';
    if (whole.endsWith('}') && expression.startsWith('file:')) {
      const path = resolve(dirname(context.file), expression.slice('file:'.length));
      try {
        const value = context.readFile(path).replace(/\r?\n$/u, '');
        substitutions.push({ name: expression, value, isDefault: false });
        return value;
      } catch {
        return fail(
          expression,
          'file-not-readable',
          `the file ${path} cannot be read`,
          'check the path and who may read it',
        );
      }
    }
    const { name, fallback } = (whole.endsWith('}') ? VARIABLE.exec(expression)?.groups : undefined) ?? {};
    if (name === undefined) {
      const help = 'write ${NAME}, ${NAME:-default} or ${file:PATH}, and $$ for a $';
      return fail('', 'bad-variable', 'this is not a variable', help);
    }
    const value = context.environment[name];
    if (value !== undefined && value !== '') {
      substitutions.push({ name, value, isDefault: false });
      return value;
    }
    if (fallback !== undefined) {
      substitutions.push({ name, value: fallback, isDefault: true });
      return fallback;
    }
    const state = value === undefined ? 'not set' : 'empty';
    const help = `export ${name}=…, put it into a file for --env-file, or give a default: \${${name}:-…}`;
    return fail(name, 'missing-variable', `the environment variable ${name} is ${state}`, help);
  });
  return { text: result, substitutions, failures };
}
