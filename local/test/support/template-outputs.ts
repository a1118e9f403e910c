/** The Outputs section of a template with the given values. */
export function outputsOf(values: Record<string, unknown>): object {
  return { Outputs: Object.fromEntries(Object.entries(values).map(([name, Value]) => [name, { Value }])) };
}
