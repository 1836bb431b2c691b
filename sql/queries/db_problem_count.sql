-- How many problems have a state. Columns: states bigint.
select count(*) from cityops.problem
