import type { Rejection } from '@sluice/core/sink';

/** Why an event can never be sent as it is: what `encode` returns instead of it. */
export class Unsendable {
  readonly rejection: Rejection;

  /** `reason` is short and stable (`no-user`); `detail` is for people. */
  constructor(reason: string, detail: string) {
    this.rejection = { kind: 'rejected', reason, detail };
  }
}
