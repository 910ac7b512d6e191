/** By pipeline, the lag that the processes report, lowest first, in milliseconds. One that does not answer is left out. */
export async function readLags(urls) {
  const lags = new Map();
  const pages = await Promise.all(
    urls.map(async (url) => {
      try {
        return await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1000) })).text();
      } catch {
        return '';
      }
    }),
  );
  for (const page of pages) {
    for (const [, pipeline, seconds] of page.matchAll(/^sluice_lag_seconds\{pipeline="([^"]+)"\} (\S+)$/gmu)) {
      lags.set(
        pipeline,
        [...(lags.get(pipeline) ?? []), Number(seconds) * 1000].toSorted((a, b) => a - b),
      );
    }
  }
  return lags;
}
