-- Short analytic statements: compiling them takes longer than running them. And room to sort a month's orders in memory: of a year of
-- two million tickets they are some 25 MB, which would go through files.
-- Columns: jit text, work_mem text.
select set_config('jit', 'off', true) as jit, set_config('work_mem', '64MB', true) as work_mem
