/** Memoizes a function by its first argument; the others must not matter. */
export function once<K extends object, Rest extends unknown[], V>(compute: (key: K, ...rest: Rest) => V): (key: K, ...rest: Rest) => V {
  const answers = new WeakMap<K, V>();
  return (key, ...rest) => {
    let answer = answers.get(key);
    if (answer === undefined) answers.set(key, (answer = compute(key, ...rest)));
    return answer;
  };
}
