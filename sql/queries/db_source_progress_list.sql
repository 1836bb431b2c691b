-- What each source says that it has published.
-- Columns: cluster text, topic text, source text, progress_until timestamptz.
select cluster, topic, source, progress_until
from cityops.source_progress
order by cluster collate "C", topic collate "C", source collate "C"
