-- Empties rollup incident_day before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.incident_day
