-- Of which measures, rollups and columns the present generation's figures were made. Columns: figures text (empty: not known).
select coalesce(figures_digest, '') as figures
from cityops.generation
order by generation desc
limit 1
