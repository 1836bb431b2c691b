-- Dead letters, the newest first.
-- Parameters: topic text, reason text (empty: any), arrived from and until timestamptz (null: any), all boolean (those too of
--   which nothing is left to do), most bigint.
-- Columns, all text: letter, arrived, stage, reason, bytes, became, "replayed as", detail (its beginning).
select
    letter, to_char(arrived_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as arrived, stage, reason, bytes::text as bytes,
    became, replayed_as as "replayed as", left(detail, 60) as detail
from cityops.dead_letters
where ($1::text = '' or topic = $1) and ($2::text = '' or reason = $2) and ($3::timestamptz is null or arrived_at >= $3)
    and ($4::timestamptz is null or arrived_at < $4) and ($5::boolean or became in ('open', 'queued'))
order by arrived_at desc, partition_id, record_offset desc
limit $6
