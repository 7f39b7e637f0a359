import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Form } from '../../ui/form.js';
import { Card } from '../../ui/layout.js';

/** The filters of a list, which live in the URL. */
export const useFilters = () => useSearch({ strict: false }) as Record<string, string | undefined>;

/** A form that puts its fields into the URL. Its fields have the names of the query. */
export function Filters({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const filters = useFilters();
  const filter = (values: Record<string, string>) =>
    navigate({ to: '.', search: Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as never });
  const hasFilters = Object.values(filters).some(Boolean);
  return (
    <Card>
      {/* Another URL has other values: the fields begin anew. */}
      <Form
        key={JSON.stringify(filters)}
        onSubmit={filter}
        action={m.admin.apply}
        look="plain"
        beside={
          hasFilters && (
            <Button look="quiet" onClick={() => void filter({})}>
              {m.admin.clear}
            </Button>
          )
        }
      >
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">{children}</div>
      </Form>
    </Card>
  );
}
