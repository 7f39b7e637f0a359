import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CONTROL, Field, Form, TextField, type Values } from '../../ui/form.js';
import { formatDate } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Row, Rows, Section } from '../../ui/layout.js';

/** The reviews of an app; who has installed it can write one. */
export function Reviews({ appId, isInstalled }: { appId: string; isInstalled: boolean }) {
  const queries = useQueryClient();
  const path = { app_id: appId };
  const { data } = useSuspenseQuery({
    queryKey: ['listings', 'reviews', appId],
    queryFn: () => dataOf(api.GET('/v1/marketplace/apps/{app_id}/reviews', { params: { path } })),
  });
  const publish = async ({ rating = '', title = '', body = '' }: Values) => {
    await dataOf(api.POST('/v1/marketplace/apps/{app_id}/reviews', { params: { path }, body: { rating: Number(rating), title, body } }));
    await queries.invalidateQueries({ queryKey: ['listings'] });
  };
  return (
    <Section title={m.listing.reviews}>
      {data.length ? (
        <Rows>
          {data.map(({ id, author, rating, title, body, created_at, version }) => (
            <Row key={id}>
              <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
                <Stars count={rating} />
                {author ?? m.listing.anonymous} · {formatDate(created_at)} · {version}
              </p>
              {title && <p className="mt-1 font-medium">{title}</p>}
              <p className="mt-1 text-sm whitespace-pre-line">{body}</p>
            </Row>
          ))}
        </Rows>
      ) : (
        <p className="text-sm text-muted">{m.listing.noReviews}</p>
      )}
      {isInstalled && !data.some(({ is_mine }) => is_mine) && (
        <details className="rounded-xl border border-line bg-surface">
          <summary className="rounded-xl px-5 py-3.5 text-sm font-medium">{m.listing.write}</summary>
          <div className="border-t border-line p-5">
            <Form onSubmit={publish} action={m.listing.publish}>
              <Field name="rating" label={m.listing.rating}>
                {(control) => (
                  <select {...control} className={`${CONTROL} sm:w-40`} required defaultValue="5">
                    {[5, 4, 3, 2, 1].map((count) => (
                      <option key={count} value={count}>
                        {m.listing.stars(count)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <TextField name="title" label={m.listing.reviewTitle} maxLength={200} />
              <Field name="body" label={m.listing.reviewBody}>
                {(control) => <textarea {...control} rows={4} required maxLength={5000} />}
              </Field>
            </Form>
          </div>
        </details>
      )}
    </Section>
  );
}

const Stars = ({ count }: { count: number }) => (
  <span role="img" aria-label={m.listing.stars(count)} className="flex">
    {[1, 2, 3, 4, 5].map((star) => (
      <Icon key={star} name="star" className={`size-4 ${star <= count ? 'fill-accent text-accent' : 'text-edge'}`} />
    ))}
  </span>
);
