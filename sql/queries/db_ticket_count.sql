-- How many tickets have a state. Columns: states bigint.
select count(*) from cityops.ticket
