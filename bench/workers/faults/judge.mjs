/** What is wrong, a sentence each. */
export function problemsOf({ events, accepted, compared, faults, boundMs, slots }) {
  const { distinct, missing, unexpected, different } = compared;
  const wrong = (isWrong, text) => (isWrong ? [text] : []);
  return [
    ...wrong(distinct !== events, `${distinct} different events arrived instead of ${events}`),
    ...wrong(missing > 0, `${missing} events are missing`),
    ...wrong(unexpected > 0, `${unexpected} events are unexpected`),
    ...wrong(different > 0, `${different} events have another body than without faults`),
    ...wrong(accepted !== events, `the state counts ${accepted} accepted events instead of ${events}`),
    ...slots.flatMap(({ name, ends, isDead }) =>
      wrong(!isDead && ends.at(-1)?.code !== 0, `${name} ended with ${ends.at(-1)?.code}:\n${ends.at(-1)?.output}`),
    ),
    ...faults.flatMap(({ fault, worker, lost, end, takeoverMs, late }) => [
      ...wrong(lost.length === 0, `${worker} held no window when it was ${fault}: take more records`),
      ...wrong(
        Math.max(...takeoverMs) > boundMs,
        `a window of the ${fault} worker was taken over after ${Math.max(...takeoverMs)} ms, allowed are ${boundMs}`,
      ),
      ...wrong(fault === 'frozen' && late > 0, `the frozen worker began ${late} requests after it woke`),
      ...wrong(
        fault !== 'killed' && !(end.code === 1 && /lease/.test(end.output)),
        `the ${fault} worker ended with ${end.code ?? end.signal}, not because its lease was over:\n${end.output}`,
      ),
    ]),
  ];
}

/** How many requests a process began after a time. Its connections were opened before it ended. */
export function lateRequests(requests, { address, end }, after) {
  return requests.filter((each) => each.address === address && each.begunAt > after && each.openedAt < end.at).length;
}
