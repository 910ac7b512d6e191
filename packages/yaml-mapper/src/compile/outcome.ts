import type { MapResult } from '@sluice/core';

/** Why there is no event. An event can have any fields, so only the class tells the two apart. */
export class Outcome {
  readonly result: Exclude<MapResult, { readonly kind: 'events' }>;

  constructor(result: Outcome['result']) {
    this.result = result;
  }
}
