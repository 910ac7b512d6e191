import type { Outcome, Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent } from '../../contracts/sink.js';

/** An outcome after which an event is not sent again. */
export type FinalOutcome = Extract<Outcome, { kind: 'accepted' }> | Rejection;

/** Called once per event. */
export type Settle = (event: EncodedEvent, outcome: FinalOutcome) => void;
