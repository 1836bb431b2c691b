-- Appends open dead letters to the replay logs.
-- Parameters: topic text, reason text (empty: any), arrived from and until timestamptz (null: any), letters text[] (null:
--   all that the filter lets through), person text (empty: the role), reason of the decision text.
-- Columns: name text (of the log), letters bigint, from_offset bigint, until_offset bigint.
with chosen as (
    select
        d.partition_id as letter_partition_id, d.record_offset as letter_offset, log.partition_id,
        row_number() over (partition by log.partition_id order by d.partition_id, d.record_offset) as place
    from cityops.dead_letters d
    cross join lateral (
        select l.cluster
        from cityops.ledger l
        where l.topic = d.topic and l.partition >= 0 and l.replaced_at is null
        order by l.cluster = d.cluster desc, l.last_batch_id desc nulls last, l.partition_id desc
        limit 1
    ) c
    join cityops.ledger log on log.cluster = c.cluster and log.topic = d.topic and log.partition = -1 and log.replaced_at is null
    where became = 'open' and ($1::text = '' or d.topic = $1) and ($2::text = '' or reason = $2) and ($3::timestamptz is null or arrived_at >= $3)
    and ($4::timestamptz is null or arrived_at < $4) and ($5::text[] is null or d.letter = any ($5))
), ends as (
    select l.partition_id, coalesce(max(r.record_offset) + 1, 0) as until_offset
    from cityops.ledger l
    left join cityops.replay r using (partition_id)
    where l.partition = -1
    group by l.partition_id
), queued as (
    insert into cityops.replay (partition_id, record_offset, letter_partition_id, letter_offset, queued_by, reason)
    select c.partition_id, e.until_offset + c.place - 1, c.letter_partition_id, c.letter_offset,
        coalesce(nullif($6, ''), session_user), $7
    from chosen c
    join ends e using (partition_id)
    returning partition_id, record_offset
)
select
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) as name, count(*) as letters,
    min(q.record_offset) as from_offset, max(q.record_offset) + 1 as until_offset
from queued q
join cityops.ledger l using (partition_id)
group by l.partition_id
order by 1
