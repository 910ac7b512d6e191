import type { SinkEventSchema } from '@sluice/core/config';
import { ownEntry } from '../own-entry.js';
import { ANY_SINK, isShared, STANDARD, type SinkTarget } from './sink-target.js';

type Place = 'event' | 'block';

export type FieldKind = 'value' | 'map' | 'open' | 'unknown' | 'of one sink' | 'of another sink';

/**
 * The names of fields that one file of a mapping may use. A file for one sink has the sink's names beside the standard
 * ones. A file for several has the standard ones, and those of a sink under the sink's type.
 */
export class SinkTerms {
  /** Undefined if the sink is not known: then every name is as good as another. */
  readonly target: SinkTarget | undefined;
  /** The sinks that the file is for. */
  readonly types: readonly string[];

  constructor(target: SinkTarget | undefined, types: readonly string[]) {
    this.target = target;
    this.types = types;
  }

  kindOf(key: string, place: Place): FieldKind {
    const { target } = this;
    if (target === undefined) return 'open';
    const standard = target.schema === 'any' ? undefined : ownEntry(STANDARD, key)?.kind;
    const ofTarget = target.schema === 'any' ? undefined : ownEntry(target.schema.fields, key)?.kind;
    if (place === 'block') return ofTarget ?? standard ?? (target.isOpen ? 'open' : 'unknown');
    if (this.#isForSeveral) return standard ?? (this.#sinksWith(key).length > 0 ? 'of one sink' : 'unknown');
    if (this.types.includes(target.type)) return ofTarget ?? standard ?? (target.isOpen ? 'open' : 'unknown');
    const schema = target.schemaOf(this.types[0] ?? '');
    const ofOther = fieldsOf(schema).includes(key);
    return standard ?? (ofOther || schema === 'any' || schema === undefined ? 'of another sink' : 'unknown');
  }

  unknownField(key: string): string {
    const type = this.target?.type;
    return this.#isForSeveral || type === ANY_SINK
      ? `there is no field \`${key}\` in standard events`
      : `the sink's events have no field \`${key}\``;
  }

  belongsBelow(key: string): { readonly message: string; readonly help: string } {
    const type = this.#sinksWith(key)[0] ?? '';
    const quoted = /^\w[\w-]*$/u.test(type) ? type : `'${type}'`;
    return {
      message: `\`${key}\` is a field of the sink \`${type}\`, and the mapping is for several sinks`,
      help: `write it under the sink: sinks: { ${quoted}: { ${key}: … } }; in a file for this sink alone, write sink: ${quoted}`,
    };
  }

  /** For suggestions. */
  names(place: Place): readonly string[] {
    const own = this.target === undefined ? [] : fieldsOf(this.target.schema);
    if (place === 'event' && this.#isForSeveral) return Object.keys(STANDARD);
    return [...new Set([...own, ...Object.keys(STANDARD)])];
  }

  get #isForSeveral(): boolean {
    return isShared(this.types);
  }

  #sinksWith(key: string): readonly string[] {
    const { target, types } = this;
    if (target === undefined) return [];
    const all = types.includes(ANY_SINK) ? [target.type, ...target.known] : types;
    return all.filter((type) => fieldsOf(target.schemaOf(type)).includes(key));
  }
}

function fieldsOf(schema: SinkEventSchema | undefined): readonly string[] {
  return schema === undefined || schema === 'any' ? [] : Object.keys(schema.fields);
}
