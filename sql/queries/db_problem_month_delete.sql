-- Empties rollup problem_month before its cells are summed again. Not truncate: readers keep what they see.
delete from cityops.problem_month
