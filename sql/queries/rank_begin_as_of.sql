-- As begin_snapshot, but temporary tables may be made: a question as of an earlier cut-off has its own states and rollups.
begin isolation level repeatable read
