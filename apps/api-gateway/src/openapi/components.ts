import { type JsonSchema, type Place, schemaOf, type Type } from '@skep/contracts';

/** The component schemas of an OpenAPI document, one for each class. Names of classes are unique within a context only. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  private readonly names = new Map<Type, string>();
  private readonly taken: Set<string>;

  /** @param reserved names of components that are no classes */
  constructor(reserved: readonly string[]) {
    this.taken = new Set(reserved);
  }

  /** Returns what places the classes of an operation. The first class with a name gets it; another one gets it with the context as a prefix. */
  placeFor(context: string): Place {
    const place: Place = (type) => {
      const name = this.names.get(type) ?? this.add(type, context, place);
      return { $ref: `#/components/schemas/${name}` };
    };
    return place;
  }

  /** @throws Error when the name with the prefix is taken too */
  private add(type: Type, context: string, place: Place): string {
    const qualified = `${context.charAt(0).toUpperCase()}${context.slice(1)}${type.name}`;
    const name = [type.name, qualified].find((each) => !this.taken.has(each));
    if (!name) throw new Error(`Another class is named ${qualified} in this document: rename ${type.name} of ${context}`);
    this.taken.add(name);
    this.names.set(type, name);
    // Keeps its place among the schemas, although the classes that it refers to are added first.
    this.schemas[name] = {};
    this.schemas[name] = { ...schemaOf(type, place), title: name };
    return name;
  }
}
