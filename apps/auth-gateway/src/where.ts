/** Conditions of a query, all of which must hold. Only those that are asked for, so that Postgres finds the index which fits them. */
export class Where {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  constructor(condition: string, value: unknown) {
    this.and(condition, value);
  }

  /** The value comes after the condition, or where it says `?`. Nothing is added for a value that is undefined. */
  and(condition: string, value: unknown): this {
    if (value === undefined) return this;
    const at = `$${this.values.push(value)}`;
    this.conditions.push(condition.includes('?') ? condition.replaceAll('?', at) : `${condition} ${at}`);
    return this;
  }

  toString(): string {
    return this.conditions.join(' and ');
  }
}
