-- How many activities have a state. Columns: states bigint.
select count(*) from cityops.activity
