-- Room for sorting and staging a batch in memory; without it both go through files. Compiling a statement takes longer than
-- a batch saves by it.
-- Columns: work_mem text, temp_buffers text, jit text.
select set_config('work_mem', '64MB', false) as work_mem, set_config('temp_buffers', '64MB', false) as temp_buffers,
    set_config('jit', 'off', false) as jit
