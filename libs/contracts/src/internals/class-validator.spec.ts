import { afterEach, expect, it, jest } from '@jest/globals';
import { getMetadataStorage, IsInt, IsOptional, IsString, ValidateNested, validateSync } from 'class-validator';

// What `cacheChecks` assumes of class-validator. None of our code runs here: a failure means that a new version needs another `cacheChecks`.

class Parent {
  @IsString() name: unknown = 'x';
}
class Child extends Parent {
  @IsOptional() @IsInt() age: unknown = 1;
}
class Family {
  @ValidateNested({ each: true }) children: unknown = [new Child(), new Child()];
}

const storage = getMetadataStorage();
const validate = (value: object) => validateSync(value, { forbidUnknownValues: false });
const spy = () => [jest.spyOn(storage, 'getTargetValidationMetadatas'), jest.spyOn(storage, 'groupByPropertyName')] as const;
afterEach(() => {
  jest.restoreAllMocks();
});

it('validateSync finds the checks of each object with two methods of the global storage, the second with the answer of the first', () => {
  const [find, group] = spy();
  expect(validate(new Family())).toEqual([]);
  expect(find.mock.calls.map(([type]) => type)).toEqual([Family, Child, Child]);
  expect(group).toHaveBeenCalledTimes(3);
  for (const [n, [checks]] of group.mock.calls.entries()) expect(checks).toBe(find.mock.results[n]?.value);
});

it('of the other arguments of the lookup only the schema differs, and without registered schemas it does not matter', () => {
  const [find, group] = spy();
  validate(new Family());
  validate(new Child());
  for (const [, , ...options] of find.mock.calls) expect(options).toEqual([false, false, undefined]);
  expect(find.mock.calls.map(([type, schema]) => [type, schema])).toEqual([
    [Family, undefined],
    [Child, 'Family'],
    [Child, 'Family'],
    [Child, undefined],
  ]);
  expect(find.mock.results[3]?.value).toEqual(find.mock.results[1]?.value);
  for (const args of group.mock.calls) expect(args).toHaveLength(1);
});

it('the answers are the same at each lookup, and validateSync does not change them', () => {
  const [find, group] = spy();
  validate(new Family());
  const grouped = group.mock.results[1]?.value as ReturnType<typeof storage.groupByPropertyName>;
  expect(group.mock.results[2]?.value).toEqual(grouped);
  expect(Object.keys(grouped).sort()).toEqual(['age', 'name']);
  for (const { value } of [...find.mock.results, ...group.mock.results] as { value: object }[])
    for (const part of [value, ...Object.values(value).flat()]) Object.freeze(part);
  const [checks] = group.mock.calls[1] ?? [];
  find.mockReturnValue(checks ?? []);
  group.mockReturnValue(grouped);
  const child = Object.assign(new Child(), { name: 1, age: 'x' });
  const faults = validate(child).map(({ property, constraints }) => [property, Object.keys(constraints ?? {})]);
  expect(faults.sort()).toEqual([
    ['age', ['isInt']],
    ['name', ['isString']],
  ]);
});
