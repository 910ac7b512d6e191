import { EXIT } from './exit-code.js';

// Before any module that such a process cannot load.
const flag = unusableFlag();
if (flag !== undefined) {
  process.stderr.write(
    `sluice: Node.js was started with ${flag}, which Sluice does not support; remove it from the command line or NODE_OPTIONS\n`,
  );
  process.exit(EXIT.usage);
}

/** Mappings become generated functions, and a library extends `Reflect`. */
function unusableFlag(): string | undefined {
  if (!Object.isExtensible(Reflect)) return '--frozen-intrinsics';
  try {
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func, no-new -- it is only made, to see if it can be
    new Function();
  } catch {
    return '--disallow-code-generation-from-strings';
  }
  return undefined;
}
