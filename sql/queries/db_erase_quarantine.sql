-- Takes the bytes out of the quarantine: a detail may quote them, a header repeat them. Parameters: value bytea.
update cityops.quarantine
set value = null, key = null, headers = '[]', detail = 'erased', fed_at = coalesce(fed_at, clock_timestamp())
where value = $1
