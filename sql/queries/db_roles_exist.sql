-- Whether the group roles of cityops-db roles are there. Columns: exist boolean.
select count(*) = 3
from pg_roles
where rolname in ('cityops_writer', 'cityops_analyst', 'cityops_publisher')
