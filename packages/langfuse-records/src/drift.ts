import { SourceDriftError } from '@sluice/core/source';

/** The database is not what the export needs: what was found, and what to do about it. */
export class Drift extends SourceDriftError {
  readonly found: string;
  readonly fix: string;

  constructor(place: string, found: string, fix: string) {
    super(`${place}: ${found}; ${fix}`);
    this.found = found;
    this.fix = fix;
  }
}
