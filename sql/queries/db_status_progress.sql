-- How far each source says that it has published. Columns, all text: topic, source, progress.
select
    topic, source,
    to_char(progress_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "published until"
from cityops.source_progress
order by topic collate "C", source collate "C"
