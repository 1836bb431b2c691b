-- Whether tickets state every field that is required, from the states.
-- Parameters: cohort integer (1 received, 2 closed), from timestamptz, until timestamptz (half open), zone text, by place
-- boolean (tell towns, villages and channels apart too), with begins boolean, required text[] (columns of ticket).
-- Columns: as of rank_durations, but 1 for a ticket that does, 0 for one that does not, instead of durations; begins are null.
select
    coalesce(district, '') as district, coalesce(unit, '') as below, (received_at at time zone $4)::date as day,
    coalesce(nature, 0::smallint) as nature, 0::smallint as kind, flags,
    case when $5::boolean then coalesce(town, '') else '' end as town,
    case when $5::boolean then coalesce(village, '') else '' end as village,
    case when $5::boolean then coalesce(channel, 0::smallint) else 0::smallint end as channel,
    array_agg((
        not exists (
            select from unnest($7::text[]) as required (field)
            where case field
                when 'received_at' then received_at is null when 'due_at' then due_at is null
                when 'district' then district is null when 'unit' then unit is null
                when 'town' then town is null when 'village' then village is null
                when 'nature' then nature is null when 'channel' then channel is null
                when 'category1' then category1 is null when 'category2' then category2 is null
                else true
            end
        )
    )::integer::bigint) as complete,
    array_agg(0::bigint) filter (where $6::boolean) as begins
from (
    select *, case $1::integer when 1 then received_at else last_closed_at end as cohort_at
    from ticket
) as ticket
where cohort_at >= $2 and cohort_at < $3
group by 1, 2, 3, 4, 6, 7, 8, 9
