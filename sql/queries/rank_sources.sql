-- How far each source says it has published: the registered sources of a reference version, or, where none are
-- registered, all that ever told their progress.
-- Parameters: reference_version integer, period_end timestamptz.
-- Columns: source text, topic text, has_passed boolean (its progress has reached the period's end).
with registered as (
    select source, topic
    from cityops.source
    where reference_version = (
        select max(reference_version)
        from cityops.reference_version
        where kind = 'sources' and reference_version <= $1
    )
), progress as (
    select source, topic, max(progress_until) as progress_until
    from source_progress
    group by source, topic
)
select
    coalesce(registered.source, progress.source) as source, coalesce(registered.topic, progress.topic) as topic,
    coalesce(progress.progress_until >= $2, false) as has_passed
from registered
full join progress on progress.source = registered.source and progress.topic = registered.topic
where registered.source is not null or not exists (select from registered)
order by
    coalesce(registered.source, progress.source) collate "C", coalesce(registered.topic, progress.topic) collate "C"
