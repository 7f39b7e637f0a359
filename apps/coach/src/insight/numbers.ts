/** Numbers of any script, also within words. */
const NUMBER = /\p{Nd}+(?:[.,]\p{Nd}+)*/gu;

/** The numbers that a text contains, in one spelling: `1.0`, `1,0` and `01` are `1`. */
export function numbersIn(text: string): string[] {
  return (text.match(NUMBER) ?? []).map((number) => {
    const plain = number.replaceAll(',', '.');
    return Number.isNaN(Number(plain)) ? plain : String(Number(plain));
  });
}

/** The first number of a text that none of the others contains. */
export function foreignNumber(text: string, known: readonly string[]): string | undefined {
  const numbers = new Set(known.flatMap(numbersIn));
  return numbersIn(text).find((number) => !numbers.has(number));
}
