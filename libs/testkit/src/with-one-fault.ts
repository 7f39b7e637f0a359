/** Values of every type, near to what keys of JSON usually have. */
const OTHERS: readonly unknown[] = [null, 7, -1, 1.5, true, '', 'text', '{{event.a}}', [], {}];

/** All copies of a JSON value with one change: somewhere a key is missing, misspelt, or additional, or a value is another one. */
export function* withOneFault(value: unknown): Generator<unknown> {
  yield* OTHERS;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const changed of withOneFault(item)) yield value.map((each: unknown, j) => (j === i ? changed : each));
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, surprise: 1 };
    for (const [key, child] of Object.entries(value) as [string, unknown][]) {
      const { [key]: _, ...others } = value as Record<string, unknown>;
      yield others;
      yield { ...others, [`${key}x`]: child };
      for (const changed of withOneFault(child)) yield { ...value, [key]: changed };
    }
  }
}
