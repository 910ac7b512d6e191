import { fileURLToPath } from 'node:url';

/** V8 counts time without JavaScript under these names; idle time is not work. */
const IDLE = '(idle)';
const WITHOUT_SCRIPT = new Set(['(garbage collector)', '(program)', '(root)']);

/**
 * Adds up the self time of V8 CPU profiles, of the main thread and of workers.
 *
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }[]} profiles
 * @param {string} root paths are shown relative to this folder
 * @returns {{ totalMs: number, functions: Map<string, number>, files: Map<string, number> }} milliseconds by name
 */
export function selfTimes(profiles, root) {
  const functions = new Map();
  const files = new Map();
  let totalMs = 0;
  for (const { nodes, samples, timeDeltas } of profiles) {
    const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame, root)]));
    for (const [index, id] of samples.entries()) {
      const { name, file } = places.get(id);
      if (name === IDLE) continue;
      const ms = timeDeltas[index] / 1000;
      totalMs += ms;
      functions.set(`${name} ${file.line}`, (functions.get(`${name} ${file.line}`) ?? 0) + ms);
      files.set(file.path, (files.get(file.path) ?? 0) + ms);
    }
  }
  return { totalMs, functions, files };
}

function placeOf({ functionName, url, lineNumber }, root) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return { name, file: { path: WITHOUT_SCRIPT.has(name) ? name : '(native)', line: '' } };
  const path = shortPath(url, root);
  return { name, file: { path, line: `${path}:${lineNumber + 1}` } };
}

function shortPath(url, root) {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const [, dependency] = /node_modules\/((?:@[^/]+\/)?[^/]+\/.*)$/.exec(path) ?? [];
  if (dependency !== undefined) return dependency;
  return path.startsWith(root) ? path.slice(root.length) : path;
}
