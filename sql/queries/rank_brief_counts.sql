-- What the six conditions of a day are counted from, by civil day and hour: void entities left out, merged incidents too.
-- Parameters: from timestamptz, until timestamptz (half open), zone text, words of hazards text[], words of epidemics text[] (an entity is of
-- them when a category as sent holds one of the words), by place boolean (tell the names of places apart too: as sent, the caller resolves
-- them by its generation, on the day).
-- Columns: family smallint (1 orders, 2 incidents, 3 problems), day date, hour smallint, then bigint: entities, letters to the message
-- board, hazards, epidemic; then text, empty where not told apart: district, unit, town, village.
with told as (
    select
        1::smallint as family, received_at as at, coalesce(channel = 6, false) as is_letter,
        concat_ws(' ', category1, category2) as categories, district, unit, null as town, null as village
    from ticket
    where received_at >= $1 and received_at < $2 and flags & 2 = 0
    union all
    select 2::smallint, known_at, false, concat_ws(' ', category1, category2), district, null, town, null
    from incident
    where known_at >= $1 and known_at < $2 and flags = 0
    union all
    select 3::smallint, found_at, false, concat_ws(' ', category1, category2), district, null, town, village
    from problem
    where found_at >= $1 and found_at < $2 and flags = 0
), named as (
    select
        family, is_letter, (at at time zone $3)::date as day, extract(hour from at at time zone $3)::smallint as hour,
        exists (select from unnest($4::text[]) as word where position(word in categories) > 0) as is_hazard,
        exists (select from unnest($5::text[]) as word where position(word in categories) > 0) as is_epidemic,
        case when $6::boolean then coalesce(district, '') else '' end as district,
        case when $6::boolean then coalesce(unit, '') else '' end as unit,
        case when $6::boolean then coalesce(town, '') else '' end as town,
        case when $6::boolean then coalesce(village, '') else '' end as village
    from told
)
select
    family, day, hour, count(*) as entities, count(*) filter (where is_letter) as letters,
    count(*) filter (where is_hazard) as hazards, count(*) filter (where is_epidemic) as epidemic,
    district, unit, town, village
from named
group by family, day, hour, district, unit, town, village
