import { Session } from 'node:inspector/promises';

const SAMPLE_BYTES = 4096;
const PROFILED = {
  samplingInterval: SAMPLE_BYTES,
  includeObjectsCollectedByMinorGC: true,
  includeObjectsCollectedByMajorGC: true,
};

/**
 * How many bytes of V8's heap a program allocates, whether they are collected meanwhile or not: by sampling, and without
 * buffers. Unlike its time, it does not depend on what else the machine does.
 *
 * @param {() => Promise<void>} run
 */
export async function allocatedBytes(run) {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', PROFILED);
  await run();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  return bytesBelow(profile.head);
}

function bytesBelow({ selfSize, children }) {
  return children.reduce((sum, child) => sum + bytesBelow(child), selfSize);
}
