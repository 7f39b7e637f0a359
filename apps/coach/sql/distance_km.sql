-- Kilometres between two places in degrees, on a sphere.
create or replace function distance_km(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8 language sql immutable strict parallel safe as $$
  select 12742 * asin(least(1, sqrt(sind((lat2 - lat1) / 2) ^ 2 + cosd(lat1) * cosd(lat2) * sind((lon2 - lon1) / 2) ^ 2)))
$$;
