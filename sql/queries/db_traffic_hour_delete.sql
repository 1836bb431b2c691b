-- Empties rollup traffic_hour before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.traffic_hour
