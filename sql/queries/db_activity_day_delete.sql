-- Empties rollup activity_day before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.activity_day
