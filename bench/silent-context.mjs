/** What adapters of a bench are given: the real clock, and a logger that says nothing. */
const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };

export const CONTEXT = {
  logger,
  runtime: {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
};
