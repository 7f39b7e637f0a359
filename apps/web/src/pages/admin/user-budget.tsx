import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatDate, formatNumber } from '../../ui/format.js';
import { Card } from '../../ui/layout.js';
import { Failure, Loading } from '../../ui/notice.js';

/** What a user may spend on calls in a month. @param mayChange whether the administrator may set it */
export function UserBudget({ userId: user_id, mayChange }: { userId: string; mayChange: boolean }) {
  const queries = useQueryClient();
  const params = { path: { user_id } };
  const { data, error } = useQuery({
    queryKey: ['budget', user_id],
    queryFn: () => dataOf(api.GET('/v1/users/{user_id}/budget', { params })),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  const set = async ({ monthly_credits = '' }: Values) => {
    const body = { monthly_credits: monthly_credits === '' ? null : Number(monthly_credits) };
    await dataOf(api.PUT('/v1/users/{user_id}/budget', { params, body }));
    await queries.invalidateQueries({ queryKey: ['budget', user_id] });
  };
  return (
    <Card>
      <p className="mb-3 text-sm">{m.users.spent(formatNumber(data.spent), formatDate(data.resets_at))}</p>
      {mayChange ? (
        <Form onSubmit={set} action={m.users.setBudget} look="plain">
          <div className="max-w-xs">
            <TextField
              key={data.monthly_credits}
              name="monthly_credits"
              type="number"
              min={0}
              label={m.users.budgetField}
              hint={m.users.budgetHint}
              defaultValue={data.monthly_credits ?? ''}
            />
          </div>
        </Form>
      ) : (
        <p className="text-sm text-muted">
          {data.monthly_credits === null ? m.users.noBudget : m.users.budgetOf(formatNumber(data.monthly_credits))}
        </p>
      )}
    </Card>
  );
}
