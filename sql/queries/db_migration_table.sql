-- Whether anything was ever applied here.
-- Columns: exists boolean.
select to_regclass('cityops.migration') is not null
