import { toWords } from './format.js';

const isPlain = (value: unknown) => value === null || typeof value !== 'object';
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const MAX_ROWS = 200;
const MAX_COLUMNS = 8;

/** Any JSON, readable: objects as names and values, lists of objects as tables, the rest as text. Nothing in it is taken for HTML. */
export function DataView({ value }: { value: unknown }) {
  if (isPlain(value)) return <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{String(value ?? '–')}</span>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-muted">–</span>;
    if (value.every(isRecord)) return <Table rows={value} />;
    return (
      <ul className="list-disc pl-5">
        {value.slice(0, MAX_ROWS).map((item, index) => (
          <li key={index}>
            <DataView value={item} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[max-content_minmax(0,1fr)]">
      {Object.entries(value as object).map(([name, member]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{toWords(name)}</dt>
          <dd className="min-w-0">
            <DataView value={member as unknown} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ rows }: { rows: Record<string, unknown>[] }) {
  const columns = [...new Set(rows.slice(0, MAX_ROWS).flatMap(Object.keys))].slice(0, MAX_COLUMNS);
  return (
    <div tabIndex={0} role="group" className="overflow-x-auto rounded-lg border border-line">
      <table className="w-full text-left text-sm">
        <thead className="bg-sunken text-muted">
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-medium">
                {toWords(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.slice(0, MAX_ROWS).map((row, index) => (
            <tr key={index}>
              {columns.map((name) => (
                <td key={name} className="max-w-xs px-3 py-2 align-top [overflow-wrap:anywhere]">
                  {isPlain(row[name]) ? String(row[name] ?? '') : JSON.stringify(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
