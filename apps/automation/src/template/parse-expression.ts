import type { Token } from './scan-template.js';
import { type Budget, compare, contains, FILTERS, isTrue, memberOf } from './template-values.js';
import { isObject } from '@skep/contracts';

/** What the names of a template mean, and what it may still cost. */
export interface Scope {
  names: ReadonlyMap<string, unknown>;
  budget: Budget;
}
export type Expression = (scope: Scope) => unknown;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...(['true', 'True'] as const).map((name) => [name, true] as const),
  ...(['false', 'False'] as const).map((name) => [name, false] as const),
  ...(['none', 'None'] as const).map((name) => [name, null] as const),
]);
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];

/** Reads the tokens of a part from the left, and makes expressions of them. All methods throw Error if they do not fit. */
export class ExpressionParser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** The next token, if it is this name or sign. */
  take(kind: 'name' | 'sign', value: string): boolean {
    const token = this.tokens[this.at]!;
    const isIt = token.kind === kind && token.value === value;
    if (isIt) this.at++;
    return isIt;
  }

  expect(kind: 'name' | 'sign', value: string): void {
    if (!this.take(kind, value)) throw new Error(`'${value}' is missing`);
  }

  name(): string {
    const token = this.tokens[this.at++]!;
    if (token.kind !== 'name') throw new Error('a name is missing');
    return token.value;
  }

  end(): void {
    if (this.tokens[this.at]!.kind !== 'end') throw new Error(`'${this.tokens[this.at]!.value}' is too much`);
  }

  expression(): Expression {
    let left = this.conjunction();
    while (this.take('name', 'or')) {
      const [before, after] = [left, this.conjunction()];
      left = (scope) => {
        const value = before(scope);
        return isTrue(value) ? value : after(scope);
      };
    }
    return left;
  }

  private conjunction(): Expression {
    let left = this.negation();
    while (this.take('name', 'and')) {
      const [before, after] = [left, this.negation()];
      left = (scope) => {
        const value = before(scope);
        return isTrue(value) ? after(scope) : value;
      };
    }
    return left;
  }

  private negation(): Expression {
    if (!this.take('name', 'not')) return this.comparison();
    const value = this.negation();
    return (scope) => !isTrue(value(scope));
  }

  private comparison(): Expression {
    const left = this.filtered();
    const sign = COMPARISONS.find((one) => this.take('sign', one));
    if (sign !== undefined) {
      const right = this.filtered();
      return (scope) => compare(left(scope), sign, right(scope), scope.budget);
    }
    if (!this.take('name', 'in')) return left;
    const whole = this.filtered();
    return (scope) => contains(whole(scope), left(scope), scope.budget);
  }

  private filtered(): Expression {
    let value = this.member();
    while (this.take('sign', '|')) {
      const name = this.name();
      const filter = FILTERS.get(name);
      if (!filter) throw new Error(`there is no filter '${name}'`);
      const args = this.take('sign', '(') ? this.args() : [];
      const before = value;
      value = (scope) => {
        scope.budget.spend(1);
        return filter(
          before(scope),
          args.map((arg) => arg(scope)),
          scope.budget,
        );
      };
    }
    return value;
  }

  private member(): Expression {
    let value = this.primary();
    for (;;) {
      const before = value;
      if (this.take('sign', '.')) {
        const key = this.name();
        value = key === 'get' && this.take('sign', '(') ? get(before, this.args()) : (scope) => memberOf(before(scope), key);
      } else if (this.take('sign', '[')) {
        const key = this.expression();
        this.expect('sign', ']');
        value = (scope) => memberOf(before(scope), key(scope));
      } else return value;
    }
  }

  private primary(): Expression {
    const { kind, value } = this.tokens[this.at++]!;
    if (kind === 'text') return () => value;
    if (kind === 'number') return () => Number(value);
    if (kind === 'name') {
      if (CONSTANTS.has(value)) return () => CONSTANTS.get(value);
      return ({ names, budget }) => {
        budget.spend(1);
        return names.get(value);
      };
    }
    if (value === '(') {
      const inner = this.expression();
      this.expect('sign', ')');
      return inner;
    }
    const closing = { '{': '}', '[': ']' }[value];
    if (closing === undefined) throw new Error(value ? `'${value}' begins nothing` : 'an expression is missing');
    this.expect('sign', closing);
    return value === '{' ? () => ({}) : () => [];
  }

  private args(): Expression[] {
    const args: Expression[] = [];
    while (!this.take('sign', ')')) {
      if (args.length) this.expect('sign', ',');
      args.push(this.expression());
    }
    return args;
  }
}

function get(object: Expression, [key, otherwise]: Expression[]): Expression {
  if (!key) throw new Error('get needs a key');
  return (scope) => {
    const value = object(scope);
    if (!isObject(value)) throw new Error('only objects have get');
    // Like a missing member of Python's: none, and not undefined.
    return memberOf(value, key(scope)) ?? (otherwise ? otherwise(scope) : null);
  };
}
