type Class = abstract new (...parameters: never[]) => object;

/**
 * Makes `instanceof` true for objects of the same class in another copy of this package. An adapter in a folder with its own
 * `node_modules` has one. A subclass without its own name is told apart as usual.
 */
export function sameInEveryCopy(type: Class, name: string): void {
  const mark = Symbol.for(`@sluice/core ${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: Class, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}
