-- How long after what they state the records of tickets arrived, from the journal below the cut-off.
-- Parameters: cohort integer (not used), from timestamptz, until timestamptz (half open), zone text, by place
-- boolean (tell towns, villages and channels apart too), with begins boolean.
-- Columns: as of rank_durations, but durations are of records; begins are the instants that they state.
select
    coalesce(t.district, '') as district, coalesce(t.unit, '') as below, (t.received_at at time zone $4)::date as day,
    coalesce(t.nature, 0::smallint) as nature, 0::smallint as kind, t.flags,
    case when $5::boolean then coalesce(t.town, '') else '' end as town,
    case when $5::boolean then coalesce(t.village, '') else '' end as village,
    case when $5::boolean then coalesce(t.channel, 0::smallint) else 0::smallint end as channel,
    array_agg((extract(epoch from j.arrived_at - j.occurred_at) * 1000000)::bigint) as durations,
    array_agg((extract(epoch from j.occurred_at) * 1000000)::bigint) filter (where $6::boolean) as begins
from cityops.journal j
join ledger l on l.partition_id = j.partition_id and j.record_offset < l.next_offset
join ticket t on t.authority = j.authority and t.entity_id = j.entity_id
where j.family = 1 and j.arrived_at >= $2 and j.arrived_at < $3 and j.arrived_at >= j.occurred_at and $1::integer >= 0
group by 1, 2, 3, 4, 6, 7, 8, 9
