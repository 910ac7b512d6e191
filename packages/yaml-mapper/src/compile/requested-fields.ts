import type { FieldRequest } from '@sluice/core/source';

/** The fields that mappers read, each once, in the order of first use. */
export class RequestedFields {
  readonly all: FieldRequest[] = [];
  readonly #positions = new Map<string, number>();

  /** The position of a field in the row; an unknown one is added. */
  positionOf(request: FieldRequest): number {
    const key = JSON.stringify([request.field, ...(request.path ?? [])]);
    const position = this.#positions.get(key) ?? this.all.push(request) - 1;
    this.#positions.set(key, position);
    return position;
  }
}
