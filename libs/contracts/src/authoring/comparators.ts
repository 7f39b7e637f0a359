/** How a condition compares its `field` with its operand, and when it is true. A condition has exactly one of these. */
export const COMPARISONS = {
  eq: 'both are the same text',
  neq: 'they are different texts',
  gt: 'the field is the larger number; false if one of them is not a number',
  lt: 'the field is the smaller number; false if one of them is not a number',
  in: 'the field contains the operand: as an element of its array, a part of its text, or a key of its object',
  exists: 'with `true`, the field is neither missing nor empty nor null; with `false`, it is',
} as const;

export type Comparator = keyof typeof COMPARISONS;
export const COMPARATORS = Object.keys(COMPARISONS) as readonly Comparator[];
