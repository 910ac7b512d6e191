import { ConfigError } from '@sluice/core/adapter';

export const ADAPTER_KINDS = ['sink', 'source'] as const;
export type AdapterKind = (typeof ADAPTER_KINDS)[number];

/** The names of a new adapter, in the forms in which its files use them. */
export interface AdapterNames {
  /** `@acme/sluice-big-data` or `sluice-big-data-sink`. */
  readonly packageName: string;
  /** `big-data` */
  readonly kebab: string;
  /** `bigData`; `ownHttp` where the files have something else of that name. */
  readonly camel: string;
  /** `Big Data` */
  readonly title: string;
}

const NAME = /^(?:(?<scope>@[a-z0-9][a-z0-9-]*)\/)?(?<own>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/u;

/** Of `httpSink`, `pagedSource`, `describeSink` and `describeSource`, which the files import, and `aSink` and `aSource`. */
const TAKEN = new Set(['http', 'paged', 'describe', 'a']);

/**
 * A name alone becomes `sluice-<name>-<kind>`; one with a scope, or that begins with `sluice-`, is the package's name. Throws
 * `ConfigError` for anything that npm or `use:` would refuse.
 */
export function adapterNames(name: string, kind: AdapterKind): AdapterNames {
  const { scope, own = '' } = NAME.exec(name)?.groups ?? {};
  const kebab = own.replace(/^sluice-/u, '').replace(new RegExp(`-?${kind}$`, 'u'), '');
  if (kebab === '' || !/^[a-z]/u.test(kebab)) {
    const expected = 'expected lower-case letters, digits and hyphens, such as big-data or @acme/sluice-big-data';
    throw new ConfigError([], `invalid name ${name}: ${expected}`);
  }
  const isPackage = scope !== undefined || own.startsWith('sluice-');
  const words = kebab.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const isTaken = TAKEN.has(kebab);
  const [first = '', ...others] = isTaken ? ['own', ...words] : words;
  return {
    packageName: isPackage ? name : `sluice-${kebab}-${kind}`,
    kebab,
    camel: first.toLowerCase() + others.join(''),
    title: words.join(' '),
  };
}
