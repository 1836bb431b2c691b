-- Empties rollup recheck_day before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.recheck_day
