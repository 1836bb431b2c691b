-- How many incidents have a state. Columns: states bigint.
select count(*) from cityops.incident
