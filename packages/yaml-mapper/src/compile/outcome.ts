import type { MapResult } from '@sluice/core';

/** Why an event was not made. Events may have any fields: only the class tells the two apart. */
export class Outcome {
  readonly result: Exclude<MapResult, { readonly kind: 'events' }>;

  constructor(result: Outcome['result']) {
    this.result = result;
  }
}
