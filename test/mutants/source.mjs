// Plants bugs that lose or duplicate records, one at a time, and checks that a test fails with each. Not part of the
// tests: run `node test/mutants/source.mjs` after a build. It changes files and restores them.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCE = 'packages/langfuse-postgres-source/src';
const CONFORMANCE = 'packages/langfuse-postgres-source/.test-build/conformance.test.js';

const MUTANTS = [
  {
    bug: 'a record at the end of a window is in it',
    file: `${SOURCE}/sql/record-conditions.ts`,
    from: 'AND ${raw(column)} < ${timestampText(until)}',
    to: 'AND ${raw(column)} <= ${timestampText(until)}',
    test: CONFORMANCE,
  },
  {
    bug: 'what changes after the end of a window is not looked at',
    file: `${SOURCE}/sql/record-page-query.ts`,
    from: 'sql`r.updated_at >= ${timestampText(from)}::timestamp`',
    to: 'sql`r.updated_at >= ${timestampText(from)}::timestamp AND r.updated_at < ${timestampText(until)}::timestamp`',
    test: CONFORMANCE,
  },
  {
    bug: 'following begins when the backfill is done',
    file: 'packages/core/src/engine/run/plan-window.ts',
    from: "endOf(state, stream, 'following') ?? binding.handover",
    to: "endOf(state, stream, 'following') ?? Math.max(limit, binding.handover)",
    test: 'test/.test-build/engine/windows.test.js',
  },
  {
    bug: 'the generations and scores of a changed trace are forgotten',
    file: `${SOURCE}/read/read-part.ts`,
    from: 'if (causes.length === 0) return { rows: [], next: undefined };',
    to: 'if (causes.length >= 0) return { rows: [], next: undefined };',
    test: CONFORMANCE,
  },
  {
    bug: 'a stretch in which nothing was created is not read',
    file: 'packages/core/src/engine/run/plan-window.ts',
    from: "return { kind: 'window', purpose: 'following', empty: false, window };",
    to: "return { kind: 'window', purpose: 'following', empty: first >= until, window };",
    test: 'test/.test-build/langfuse/changes.test.js',
  },
  {
    bug: 'times are read as those of the machine’s zone',
    file: 'packages/tab-separated/src/decode-value.ts',
    from: "field.type === 'number' || field.type === 'timestamp') return finite(Number(text));",
    to: "field.type === 'timestamp') return Number(text) + new Date(Number(text)).getTimezoneOffset() * 60_000;\n  if (field.type === 'number') return finite(Number(text));",
    test: 'packages/langfuse-postgres-source/.test-build/values.property.test.js',
  },
  {
    bug: 'the bounds of windows are written in the machine’s zone',
    file: `${SOURCE}/sql/timestamp-text.ts`,
    from: 'new Date(instant).toISOString()',
    to: 'new Date(instant - new Date(instant).getTimezoneOffset() * 60_000).toISOString()',
    test: CONFORMANCE,
    zone: 'Asia/Kolkata',
  },
];

let missed = 0;
for (const mutant of MUTANTS) {
  const { bug, file, from, to } = mutant;
  const path = `${ROOT}${file}`;
  const whole = readFileSync(path, 'utf8');
  if (!whole.includes(from)) throw new Error(`${file} no longer holds: ${from}`);
  writeFileSync(
    path,
    whole.replace(from, () => to),
  );
  try {
    const caught = caughtBy(mutant);
    if (caught === undefined) missed += 1;
    process.stdout.write(`${caught === undefined ? 'MISSED' : 'caught'}  ${bug}${caught ? `  (${caught})` : ''}\n`);
  } finally {
    writeFileSync(path, whole);
  }
}
build();
process.exitCode = missed === 0 ? 0 : 1;

/** The first failing test, if any. */
function caughtBy({ test, zone }) {
  const problem = build();
  if (problem !== '') throw new Error(`the mutant does not compile: ${problem}`);
  const env = { ...process.env, ...(zone === undefined ? {} : { TZ: zone }) };
  const { status, stdout } = run(['node_modules/mocha/bin/mocha.js', '--bail', test], env);
  return status === 0 ? undefined : /^ +1\) (.+?)(?::$|$)[\s\S]*?failing/m.exec(stdout)?.[1];
}

function build() {
  return run(['node_modules/typescript/bin/tsc', '-b'], process.env).stdout;
}

function run(args, env) {
  return spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
}
