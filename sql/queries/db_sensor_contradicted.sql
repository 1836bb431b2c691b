-- The first sensor whose stored windows are not those that it has at a reference version: 900 s where it is not listed.
-- Parameters: reference_version integer.
-- Columns: authority text, code text, listed boolean, window_s integer (as of that version), window_start text (of the first
-- window that contradicts it), sensors bigint (how many there are). No row: none.
with placed as (
    select
        w.authority, w.entity_id, w.window_start, s.code is not null as listed, coalesce(s.window_s, 900) as window_s,
        w.first_from, w.last_until
    from cityops.traffic_window w
    left join cityops.sensor s on s.authority = w.authority and s.code = w.entity_id
        and s.reference_version = (
            select max(reference_version)
            from cityops.reference_version
            where kind = 'sensors' and reference_version <= $1
        )
), contradicted as (
    select authority, entity_id, listed, window_s, min(window_start) as window_start
    from placed
    where extract(epoch from window_start)::bigint % window_s <> 0 or first_from < window_start
        or last_until > window_start + window_s * interval '1 second'
    group by authority, entity_id, listed, window_s
)
select
    authority, entity_id as code, listed, window_s,
    to_char(window_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as window_start,
    count(*) over () as sensors
from contradicted
order by authority, entity_id
limit 1
