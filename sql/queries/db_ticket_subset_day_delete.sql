-- Empties rollup ticket_subset_day before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.ticket_subset_day
