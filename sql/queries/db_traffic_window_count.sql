-- How many windows have a state. Columns: states bigint.
select count(*) from cityops.traffic_window
