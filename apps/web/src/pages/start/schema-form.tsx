import { ApiProblem } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Field, Form, TextField, type Values } from '../../ui/form.js';
import { toWords } from '../../ui/format.js';

interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

const typeOf = ({ type }: Schema) => (Array.isArray(type) ? type.find((one) => one !== 'null') : type) ?? 'string';
const isLines = (schema: Schema) => typeOf(schema) === 'array' && typeOf(schema.items ?? {}) === 'string';

/** The value of a field; undefined for one that is left empty. @throws ApiProblem for a text that is not JSON */
function toValue(name: string, schema: Schema, text: string | undefined): unknown {
  const type = typeOf(schema);
  if (type === 'boolean') return text === 'on';
  if (text === undefined || text === '') return undefined;
  if (schema.enum) return schema.enum.find((one) => String(one) === text);
  if (type === 'number' || type === 'integer') return Number(text);
  if (isLines(schema)) return text.split('\n').flatMap((line) => line.trim() || []);
  if (type !== 'object' && type !== 'array') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiProblem(0, 'invalid_input', '', { [name]: m.errors.notJson });
  }
}

const textOf = (value: unknown) =>
  value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);

interface SchemaFormProps {
  schema: Schema;
  action: string;
  onSubmit: (params: Record<string, unknown>) => Promise<unknown>;
}

/** A form for the params of a function, made from their JSON schema. */
export function SchemaForm({ schema: { properties = {}, required = [] }, action, onSubmit }: SchemaFormProps) {
  const fields = Object.entries(properties);
  const submit = (values: Values) =>
    onSubmit(
      Object.fromEntries(
        fields.flatMap(([name, schema]) => {
          const value = toValue(name, schema, values[name]);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    );
  return (
    <Form onSubmit={async (values) => submit(values)} action={action}>
      {fields.length === 0 && <p className="text-sm text-muted">{m.appPage.noInput}</p>}
      {fields.map(([name, schema]) => (
        <SchemaField key={name} name={name} schema={schema} required={required.includes(name)} />
      ))}
    </Form>
  );
}

function SchemaField({ name, schema, required }: { name: string; schema: Schema; required: boolean }) {
  const type = typeOf(schema);
  const label = schema.title ?? toWords(name);
  const hint = [schema.description, isLines(schema) && m.forms.lines].filter(Boolean).join(' ') || undefined;
  const initial = textOf(schema.default);
  if (type === 'boolean')
    return (
      <label className="flex items-start gap-2.5 text-sm">
        <input type="checkbox" name={name} defaultChecked={schema.default === true} className="mt-0.5 size-4" />
        <span>
          <span className="font-medium">{label}</span>
          {hint && <span className="block text-muted">{hint}</span>}
        </span>
      </label>
    );
  if (schema.enum)
    return (
      <Field name={name} label={label} hint={hint} required={required}>
        {(control) => (
          <select {...control} defaultValue={initial ?? ''} required={required}>
            <option value="">{m.forms.choose}</option>
            {schema.enum?.map((one) => (
              <option key={String(one)}>{String(one)}</option>
            ))}
          </select>
        )}
      </Field>
    );
  if (type === 'object' || type === 'array' || (schema.maxLength ?? 0) > 500)
    return (
      <Field name={name} label={label} hint={hint} required={required}>
        {(control) => (
          <textarea
            {...control}
            rows={4}
            defaultValue={initial}
            required={required}
            placeholder={isLines(schema) || type === 'string' ? undefined : m.forms.json}
          />
        )}
      </Field>
    );
  const isNumber = type === 'number' || type === 'integer';
  return (
    <TextField
      name={name}
      label={label}
      hint={hint}
      required={required}
      defaultValue={initial}
      type={isNumber ? 'number' : ({ uri: 'url', email: 'email', date: 'date' }[schema.format ?? ''] ?? 'text')}
      {...(isNumber && { step: type === 'integer' ? 1 : 'any', min: schema.minimum, max: schema.maximum })}
      minLength={schema.minLength}
      maxLength={schema.maxLength}
    />
  );
}
