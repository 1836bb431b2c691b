-- A dead letter by its name. Parameters: letter text.
-- Columns: topic text, letter text, arrived_at text, stage text, reason text, detail text, became text, replayed_as text or null,
--   fed_at text or null, key bytea or null, value bytea or null, erased text or null (when, by whom, why).
select
    d.topic, d.letter, to_char(d.arrived_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as arrived_at, d.stage, d.reason,
    d.detail, d.became, d.replayed_as, to_char(d.fed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as fed_at, q.key, q.value,
    to_char(e.erased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' by ' || e.erased_by || ': ' || e.reason as erased
from cityops.dead_letters d
join cityops.quarantine q using (partition_id, record_offset)
left join cityops.erasure e using (partition_id, record_offset)
where d.letter = $1
