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

export type { DescribeStateStoreOptions, StateStoreUnderTest } from './state-store/subject.js';

/** The promises of the contract `StateStore` that every state store keeps. */
export function describeStateStore(options: DescribeStateStoreOptions): void {
  describe(`${options.name} keeps the promises of a state store`, () => {
    const subject = useStateStore(options);
    const { letLeaseRunOut } = options;
    describe('as a place to read', () => describeReading(subject));
    describe('as a lease', () => describeLease(subject));
    if (letLeaseRunOut) describe('as a lease that runs out', () => describeExpiringLease(subject, letLeaseRunOut));
    describe('in one durable step', () => describeAtomicity(subject));
    describe('as a ledger', () => describeLedger(subject));
    describe('as a binding', () => describeBinding(subject));
    describe('as what can go back', () => describeRewind(subject));
    describe('as digests', () => describeDigests(subject));
    describe('as dead letters', () => describeDeadLetters(subject));
    describe('whatever the values are', () => describeValues(subject));
  });
}
