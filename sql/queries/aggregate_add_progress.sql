-- How far sources say that they have published.
-- Parameters: clusters text[], topics text[], sources text[], instants timestamptz[]; ascending, no two of a key.
insert into cityops.source_progress (cluster, topic, source, progress_until)
select k.cluster, k.topic, k.source, k.progress_until
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as k (cluster, topic, source, progress_until)
on conflict on constraint source_progress_pk do update
set progress_until = greatest(source_progress.progress_until, excluded.progress_until)
