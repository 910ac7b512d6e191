import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** What is done sooner leaves little garbage, and would pay for collections with a tenth of its time. */
const AFTER_MS = 250;
const CHECK_EVERY_MS = 20;
/** Of young objects, in both halves of their space: enough for those of a request, several times. */
const YOUNG_BYTES = 16 * 1_048_576;

/**
 * On a machine with much memory, V8 lets its heap grow to four times the live objects before it collects old ones. The
 * batches of an export die soon after they become old, so the heap would be mostly garbage. Collecting when it has doubled
 * keeps its size steady, however long a run is. It has to be said before the export begins: until the next collection, V8
 * keeps to the limit that it has chosen at the last one.
 *
 * Nor does the space of young objects grow beyond what an export needs: a larger one holds more buffers that nobody needs any
 * more.
 */
export function keepHeapSteady(): void {
  setTimeout(() => setFlagsFromString('--heap-growing-percent=100'), AFTER_MS).unref();
  const checking = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young !== undefined && young.space_size < YOUNG_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(checking);
  }, CHECK_EVERY_MS);
  checking.unref();
}
