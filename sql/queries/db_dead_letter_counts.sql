-- Dead letters by topic, reason and what has become of them.
-- Parameters: topic text, reason text (empty: any), arrived from and until timestamptz (null: any), all boolean (as of
--   db_dead_letter_list).
-- Columns, all text: topic, stage, reason, became, letters, first, last.
select
    topic, stage, reason, became, count(*)::text as letters,
    to_char(min(arrived_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first,
    to_char(max(arrived_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last
from cityops.dead_letters
where ($1::text = '' or topic = $1) and ($2::text = '' or reason = $2) and ($3::timestamptz is null or arrived_at >= $3)
    and ($4::timestamptz is null or arrived_at < $4) and ($5::boolean or became in ('open', 'queued'))
group by topic, stage, reason, became
order by topic collate "C", count(*) desc, reason collate "C", became
