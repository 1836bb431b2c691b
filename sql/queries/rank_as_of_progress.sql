-- How far sources had published by then.
-- Parameters: clusters text[], topics text[], sources text[], progress_until timestamptz[].
insert into pg_temp.source_progress (cluster, topic, source, progress_until)
select cluster, topic, source, progress_until
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as k (cluster, topic, source, progress_until)
