import { type JsonSchema, type NamedSchema, type Place, schemaOf, type Type } from '@skep/contracts';

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

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
    const place: Place = (type) => refTo(this.names.get(type) ?? this.add(type, context, place));
    place.content = (named) => refTo(this.addNamed(named));
    return place;
  }

  /** Adds a schema with its parts, each as a component. @throws Error when a name is taken by a class */
  private addNamed({ name, schema: { $schema: _, $defs = {}, ...root } }: NamedSchema): string {
    const parts = { ...(root as JsonSchema) };
    const nameOf = (part: string) => `${name}${part.charAt(0).toUpperCase()}${part.slice(1)}`;
    for (const [part, schema] of [['', parts] as const, ...Object.entries($defs as Record<string, JsonSchema>)]) {
      const component = nameOf(part);
      if (this.taken.has(component) && !this.schemas[component]) throw new Error(`Another class is named ${component} in this document`);
      this.taken.add(component);
      const text = JSON.stringify(schema).replaceAll(/"#\/\$defs\/(\w+)"/g, (__, target: string) =>
        JSON.stringify(refTo(nameOf(target)).$ref),
      );
      this.schemas[component] = { ...(JSON.parse(text) as JsonSchema), title: component };
    }
    return name;
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
