import type { DestinationFaults } from './conformance/sink-bench.js';

/** What a destination does with the events of one request. */
export interface TakenEvents {
  /** The ids of the events that it takes. */
  readonly taken: readonly string[];
  /** The ids of those that it refuses for good. What is in neither list is lost, and the answer must not mention it. */
  readonly refused: readonly string[];
  /** The ids of all events of the request, in its order: for an answer that names events by their position. */
  readonly asked: readonly string[];
}

export interface DestinationDoubleOptions<Answer> {
  /**
   * Whether the destination answers for each event of a request; `refused`: it names only those that it refuses, and does
   * not count the others. Default: only for the request as a whole.
   */
  readonly answersForEach?: boolean | 'refused';
  /** The answer to a request of which it takes these events. */
  readonly answer: (events: TakenEvents) => Answer;
  /** The answer to every request once the destination is to fail: `quote` is what was sent. */
  readonly refusal: (quote: string) => Answer;
}

/** A destination in memory that misbehaves as a conformance suite asks. An interceptor, such as nock, gives its answers. */
export interface DestinationDouble<Answer> {
  /** Answers a request for events, by their ids; with no ids, a request for anything else. `quote`: what was sent. */
  answer(ids: readonly string[], quote: string): Promise<Answer>;
  /** The ids of the events that it took, with repeats. */
  readonly received: readonly string[];
  /** For `SinkUnderTest.destination`. */
  readonly faults: DestinationFaults;
}

export function destinationDouble<Answer>({
  answersForEach = false,
  answer,
  refusal,
}: DestinationDoubleOptions<Answer>): DestinationDouble<Answer> {
  const received: string[] = [];
  const [refusedIds, forgottenIds] = [new Set<string>(), new Set<string>()];
  let reached: (() => void) | undefined;
  let isFailing = false;
  return {
    received,
    answer: async (ids, quote) => {
      if (reached !== undefined) {
        reached();
        return new Promise(() => {});
      }
      if (isFailing) return refusal(quote);
      const known = ids.filter((id) => !forgottenIds.has(id));
      const refused = known.filter((id) => refusedIds.has(id));
      const taken = known.filter((id) => !refusedIds.has(id));
      received.push(...taken);
      return answer({ taken, refused, asked: ids });
    },
    faults: {
      hang: (called) => {
        reached = called;
      },
      fail: () => {
        isFailing = true;
      },
      recover: () => {
        isFailing = false;
      },
      ...(answersForEach !== false && { refuse: (uuid: string) => refusedIds.add(uuid) }),
      ...(answersForEach === true && { forget: (uuid: string) => forgottenIds.add(uuid) }),
    },
  };
}
