import { setFlagsFromString } from 'node:v8';

/** What is done sooner leaves little garbage, and would pay for collections with a tenth of its time. */
const AFTER_MS = 250;

/**
 * On a machine with much memory, V8 lets its heap grow to four times the live objects before it collects old ones. The
 * batches of an export die soon after they become old, so the heap would be mostly garbage. Collecting when it has doubled
 * keeps its size steady, however long a run is. It has to be said before the export begins: until the next collection, V8
 * keeps to the limit that it has chosen at the last one.
 */
export function keepHeapSteady(): void {
  setTimeout(() => setFlagsFromString('--heap-growing-percent=100'), AFTER_MS).unref();
}
