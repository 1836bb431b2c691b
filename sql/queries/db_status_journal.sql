-- The journal by month of arrival. Columns, all text: month (the partition's name), records (PostgreSQL's estimate), size.
select
    substr(c.relname, 9) as month,
    case when c.reltuples < 0 then 'not analysed' else round(c.reltuples)::bigint::text end as "records, about",
    pg_size_pretty(pg_total_relation_size(c.oid)) as size
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'cityops.journal'::regclass
order by c.relname
