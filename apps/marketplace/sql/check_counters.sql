-- One row per category whose size is not the number of its listed apps, and per listing whose ratings are not those of its reviews. Reads all listings and reviews.
create or replace function check_counters() returns table (violation text, subject text, detail text) language sql stable as $$
  select 'category_size', category, format('%s listings, %s counted', coalesce(found, 0), coalesce(app_count, 0))
    from (select category, count(*) as found from listing where listed group by category) l
    full join category_size using (category)
   where coalesce(found, 0) <> coalesce(app_count, 0)
  union all
  select 'listing', app_id, format('%s reviews with %s stars, %s with %s counted', coalesce(r.reviews, 0), coalesce(r.stars, 0), review_count, rating_sum)
    from listing left join (select app_id, count(*) as reviews, sum(rating) as stars from review group by app_id) r using (app_id)
   where (review_count, rating_sum) <> (coalesce(r.reviews, 0), coalesce(r.stars, 0))
  union all
  select 'review', id::text, format('%s helpful votes, %s counted', coalesce(v.votes, 0), helpful_count)
    from review left join (select review_id, count(*) as votes from review_vote where helpful group by review_id) v on v.review_id = id
   where helpful_count <> coalesce(v.votes, 0)
$$;
