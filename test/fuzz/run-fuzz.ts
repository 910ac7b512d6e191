import type { FuzzTarget } from './fuzz-target.js';

export interface FuzzOptions {
  readonly inputs: number;
  /** Of the first input; the others follow. */
  readonly seed: number;
  /** Longer than any limit of the code under test. */
  readonly hangMs: number;
  readonly onFinding: (input: string, error: unknown) => void;
}

export interface FuzzFigures {
  readonly inputs: number;
  readonly findings: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** The input that took so long. */
  readonly slowest: string;
  readonly mebibytes: number;
}

/** Tries the kept inputs and then new ones, one after another. What is thrown outside of any promise is a finding as well. */
export async function runFuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzFigures> {
  const { inputs, seed: first, hangMs, onFinding } = options;
  const session = await target.start();
  const begunMs = performance.now();
  let [findings, slowestMs, slowest, input] = [0, 0, '', ''];
  const find = (error: unknown): void => {
    findings += 1;
    onFinding(input, error);
  };
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    input = name;
    const inputBegunMs = performance.now();
    await within(work(), hangMs).catch(find);
    const tookMs = performance.now() - inputBegunMs;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, name];
  };
  // Mocha's own listeners would fail the test without the seed.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', find);
  try {
    for (const [index, kept] of (session.kept ?? []).entries()) await attempt(`kept input ${index}`, kept);
    for (let seed = first; seed < first + inputs; seed += 1)
      await attempt(`--seed ${seed} --inputs 1`, () => session.attempt(seed));
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
    await session.close();
  }
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return { inputs, findings, seconds: (performance.now() - begunMs) / 1000, slowestMs, slowest, mebibytes };
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${limitMs} ms`)), limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
