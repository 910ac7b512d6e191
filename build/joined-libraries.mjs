import { dirname } from 'node:path';

/** Libraries that are joined with the package that loads them, because most commands wait for them. */
const JOINED = {
  'adapter-kit': ['got', 'hpagent'],
  cli: ['string-width', 'yargs'],
  core: ['croner', 'fastest-levenshtein', 'p-limit', 'pino', 'string-width', 'yaml', 'zod'],
  postgres: ['knex', 'pg'],
  sluice: ['inversify', 'reflect-metadata'],
  'yaml-mapper': ['acorn'],
};

/** Most packages load zod: they take it from core, so that there is one. */
const SHARED = { zod: '@sluice/core/zod' };

/** What joined libraries load where it is installed, such as the drivers of other databases. */
const OPTIONAL = [
  'better-sqlite3',
  'mariadb',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'pino-pretty',
  'sqlite3',
  'tedious',
];

/** Libraries in CommonJS ask for modules of Node by `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as requireOfLibraries } from 'node:module'; const require = requireOfLibraries(import.meta.url);";

/**
 * Modules of which a part is needed: zod's messages in English, knex's Postgres, and of got HTTP/1. For a text in ASCII,
 * string-width knows the width without its tables of Unicode, which V8 needs longer for than for most libraries.
 */
const IN_PART = {
  'zod/v4/locales/index.js': "export { default as en } from './en.js';",
  'knex/lib/dialects/index.js': "exports.getDialectByNameOrAlias = () => require('./postgres/index.js');",
  'http2-wrapper/source/index.js': 'exports.auto = (...request) => require("./index.js?whole").auto(...request);',
  'string-width/index.js':
    "export default (text, options) => /^[ -~]*$/.test(text) ? text.length : require('./index.js?whole').default(text, options);",
};

const inPart = {
  name: 'in part',
  setup({ onLoad }) {
    for (const [module, contents] of Object.entries(IN_PART)) {
      const filter = new RegExp(`/node_modules/${module.replaceAll('.', String.raw`\.`)}$`);
      onLoad({ filter }, ({ path, suffix }) => (suffix === '' ? { contents, resolveDir: dirname(path) } : undefined));
    }
  },
};

/** pg makes a `Response` to see whether it runs at Cloudflare, for which Node 20 loads and starts its `fetch`. */
const WITHOUT_FETCH = { Response: 'undefined' };

/**
 * How esbuild joins a package, or leaves out, what it depends on.
 *
 * @param {string} name the folder of the package
 * @param {{ dependencies?: Record<string, string> }} manifest
 */
export function libraryOptions(name, { dependencies = {} }) {
  const joined = JOINED[name];
  if (joined === undefined) return { packages: 'external', alias: SHARED };
  const unknown = joined.filter((library) => dependencies[library] === undefined);
  if (unknown.length > 0) throw new Error(`${name} does not depend on ${unknown.join(', ')}`);
  return {
    external: [...Object.keys(dependencies).filter((library) => !joined.includes(library)), ...OPTIONAL],
    plugins: [inPart],
    banner: { js: REQUIRE },
    ...(!joined.includes('zod') && { alias: SHARED }),
    ...(joined.includes('pg') && { define: WITHOUT_FETCH }),
  };
}
