import { readFileSync } from 'node:fs';
import { ConfigError, SluiceError, type Redactor } from '@sluice/core/adapter';
import { renderProblems, type Problem } from '@sluice/core/config';
import { decodeText } from '@sluice/core/document';
import { redactValue } from '@sluice/core/service';
import { EXIT } from '../process/exit-code.js';
import { withProgram } from '../process/program.js';
import type { Terminal } from '../terminal/terminal.js';
import { onOneLine } from '../terminal/screen-text.js';
import { styled, theme, unbroken, type Style } from '../terminal/theme.js';

/** How a value for programs is written. */
export interface JsonForm {
  readonly indent: number;
  readonly isExact?: boolean;
}

interface BranchOutput {
  readonly heading: (print: Terminal['out']) => void;
  readonly keep: (value: unknown, form: JsonForm) => void;
}

/** Writes what a command has to say, without secrets. */
export class Output {
  readonly #terminal: Terminal;
  readonly #redactor: Redactor;
  readonly #print: Terminal['out'];
  /** Of the output of one of several sinks. */
  readonly #branch: BranchOutput | undefined;

  /** `print` receives results; stdout when absent. */
  constructor(terminal: Terminal, redactor: Redactor, print = terminal.out, branch?: BranchOutput) {
    this.#branch = branch;
    this.#terminal = terminal;
    this.#redactor = redactor;
    this.#print = print;
  }

  /** The same with results on stderr, for a sink that writes its events to stdout. */
  besideEvents(): Output {
    return new Output(this.#terminal, this.#redactor, this.#terminal.err, this.#branch);
  }

  /** The same for a part of a file: a heading comes before what is printed of it, and values for programs are kept. */
  ofBranch(title: string, keep: (value: unknown, form: JsonForm) => void): Output {
    let isHeaded = false;
    const heading = (print: Terminal['out']) => {
      if (!isHeaded) print(`\n${theme.name(title)}\n`);
      isHeaded = true;
    };
    return new Output(this.#terminal, this.#redactor, this.#print, { heading, keep });
  }

  /** A result for people. */
  text(text: string): void {
    this.#branch?.heading(this.#print);
    this.#print(withProgram(this.#redactor.redact(text)), 'wrapped');
  }

  /** A result with JSON in it, whose lines are not wrapped. */
  lines(text: string): void {
    this.#branch?.heading(this.#print);
    this.#print(this.#redactor.redact(text));
  }

  /** A result for programs. */
  json(value: unknown, indent = 2): void {
    if (this.#branch !== undefined) return this.#branch.keep(value, { indent });
    const json: unknown = JSON.parse(JSON.stringify(value));
    this.#print(`${JSON.stringify(redactValue(json, this.#redactor), null, indent)}\n`);
  }

  /** Exactly what would be sent, on stdout: a sink masks its credentials itself. */
  exact(text: string): void {
    this.#branch?.heading(this.#terminal.out);
    this.#terminal.out(text);
  }

  /** The same for programs. */
  exactJson(value: unknown): void {
    if (this.#branch !== undefined) return this.#branch.keep(value, { indent: 2, isExact: true });
    this.#terminal.out(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Anything that is not a result. */
  note(text: string): void {
    if (text !== '') this.#branch?.heading(this.#terminal.err);
    this.#terminal.err(withProgram(this.#redactor.redact(text)), 'wrapped');
  }

  /** Problems with the lines that they are about, for people. */
  problems(problems: readonly Problem[], print: 'as result' | 'as note'): void {
    const write = print === 'as result' ? this.#print : this.#terminal.err;
    const readFile = (path: string) => decodeText(readFileSync(path));
    const { stdout, stderr } = this.#terminal.streams;
    const { isTTY, columns } = print === 'as result' ? stdout : stderr;
    const options = { readFile, paint, redactor: this.#redactor, columns: isTTY ? columns || undefined : undefined };
    write(renderProblems(problems, options), 'wrapped');
  }

  /** An error for people, and the exit code for it. A stack trace is for bugs alone. */
  error(error: unknown): number {
    if (error instanceof ConfigError && error.problems.length > 0) {
      this.problems(error.problems, 'as note');
      return EXIT.usage;
    }
    if (error instanceof SluiceError) {
      // Further lines are indented, so that a server's words do not pass for ours.
      this.note(`${theme.bad('sluice:')} ${error.message.replaceAll('\n', '\n  ')}\n`);
      return error instanceof ConfigError ? EXIT.usage : EXIT.failed;
    }
    this.#branch?.heading(this.#terminal.err);
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const text = `${theme.bad('sluice:')} this is a bug in Sluice or in an adapter\n${trace}\n`;
    this.#terminal.err(this.#redactor.redact(text));
    return EXIT.failed;
  }
}

/** The place is on one line, whatever the name of the file; a line that is quoted stays above its mark. */
function paint(style: Style | 'quoted', text: string): string {
  if (style === 'quoted') return unbroken(text);
  return styled(style, style === 'path' ? onOneLine(text) : text);
}
