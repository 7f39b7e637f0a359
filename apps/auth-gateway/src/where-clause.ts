/** Builds a `where` clause of conditions joined by `and`. It contains only the requested conditions, so that Postgres can choose the best index. */
export class WhereClause {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  constructor(condition: string, value: unknown) {
    this.and(condition, value);
  }

  /** Adds a condition. The value replaces each `?`, or follows the condition. Does nothing if the value is undefined. */
  and(condition: string, value: unknown): this {
    if (value === undefined) return this;
    const parameter = `$${this.values.push(value)}`;
    this.conditions.push(condition.includes('?') ? condition.replaceAll('?', parameter) : `${condition} ${parameter}`);
    return this;
  }

  toString(): string {
    return this.conditions.join(' and ');
  }
}
