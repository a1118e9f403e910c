/** The value of a property that an object of a client has itself, and not of one that it inherits such as `constructor`. */
export function propertyOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
