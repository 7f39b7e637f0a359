-- One row per category whose size is not the number of its listed apps. Reads all listings.
create or replace function check_counters() returns table (violation text, subject text, detail text) language sql stable as $$
  select 'category_size', category, format('%s listings, %s counted', coalesce(found, 0), coalesce(app_count, 0))
    from (select category, count(*) as found from listing where listed group by category) l
    full join category_size using (category)
   where coalesce(found, 0) <> coalesce(app_count, 0)
$$;
