-- Takes the bytes out of the journal. Parameters: value bytea.
update cityops.journal
set value = null, authority = null, entity_id = null
where value = $1
