import { expect } from 'chai';
import { EventChunks } from '#src/engine/delivery/event-chunks.js';

describe('the buffers of written events', () => {
  /** Begins a buffer and writes events in it. */
  function begun(chunks: EventChunks, events: number) {
    const bytes = chunks.next();
    const { current } = chunks;
    for (let event = 0; event < events; event += 1) current.add();
    return { bytes, current };
  }

  it('are used again once every event in them has a final outcome', () => {
    const chunks = new EventChunks();
    const first = begun(chunks, 2);
    const second = begun(chunks, 1);
    first.current.remove();
    expect(begun(chunks, 1).bytes).to.not.be.oneOf([first.bytes, second.bytes]);
    first.current.remove();
    expect(begun(chunks, 1).bytes).to.equal(first.bytes);
  });

  it('are not used again while events are written in them', () => {
    const chunks = new EventChunks();
    const first = begun(chunks, 1);
    first.current.remove();
    first.current.add();
    expect(begun(chunks, 1).bytes).to.not.equal(first.bytes);
    first.current.remove();
    expect(begun(chunks, 1).bytes).to.equal(first.bytes);
  });
});
