import { batchLimits } from '#src/engine/delivery/delivery-line.js';
import { expect } from 'chai';

function maxEvents(delivery: { readonly maxEvents?: number }, preferredEventsPerRequest?: number): number {
  const limits = {
    maxEventsPerRequest: 1_500,
    maxBytesPerRequest: 1_048_576,
    maxRequestsInFlight: 1,
    distinctWithinRequest: false,
    ...(preferredEventsPerRequest !== undefined && { preferredEventsPerRequest }),
  };
  return batchLimits({ sink: { limits }, delivery: { maxDeadLetterShare: 0.05, ...delivery } }).maxEvents;
}

describe('how many events a request has', () => {
  it('is 1,000, or what the sink prefers, up to its limit', () => {
    expect([maxEvents({}), maxEvents({}, 1_200), maxEvents({}, 9_000)]).to.deep.equal([1_000, 1_200, 1_500]);
  });

  it('is what the pipeline says, up to the limit of the sink', () => {
    expect([maxEvents({ maxEvents: 700 }, 1_200), maxEvents({ maxEvents: 9_000 })]).to.deep.equal([700, 1_500]);
  });
});
