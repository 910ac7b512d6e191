import nock from 'nock';

// Importing nock patches every request of the process, tunnels through proxies included.
nock.restore();

/** Nock answers in place of the network, for the tests of this suite alone. */
export function useNock(): void {
  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });

  afterEach(() => {
    nock.cleanAll();
  });

  after(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}
