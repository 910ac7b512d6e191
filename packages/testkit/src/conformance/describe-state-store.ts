import { describe } from 'mocha';
import { describeAtomicity } from './state-store/atomicity.js';
import { describeBinding } from './state-store/binding.js';
import { describeDeadLetters } from './state-store/dead-letters.js';
import { describeDigests } from './state-store/digests.js';
import { describeExpiringLease, describeLease } from './state-store/lease.js';
import { describeLedger } from './state-store/ledger.js';
import { describeReading } from './state-store/reading.js';
import { describeRewind } from './state-store/rewind.js';
import { useStateStore, type DescribeStateStoreOptions } from './state-store/subject.js';
import { describeValues } from './state-store/values.js';
import { takeTime } from './take-time.js';

export type { DescribeStateStoreOptions, StateStoreUnderTest } from './state-store/subject.js';

/** The conformance suite for state stores: the promises of the contract `StateStore`. */
export function describeStateStore(options: DescribeStateStoreOptions): void {
  describe(`${options.name} as a state store`, function () {
    takeTime(this);
    const subject = useStateStore(options);
    const { expireLease } = options;
    describe('reading', () => describeReading(subject));
    describe('the lease', () => describeLease(subject));
    if (expireLease) describe('a lease that expires', () => describeExpiringLease(subject, expireLease));
    describe('commits', () => describeAtomicity(subject));
    describe('the ledger', () => describeLedger(subject));
    describe('the binding', () => describeBinding(subject));
    describe('a rewind', () => describeRewind(subject));
    describe('digests', () => describeDigests(subject));
    describe('dead letters', () => describeDeadLetters(subject));
    describe('unusual values', () => describeValues(subject));
  });
}
