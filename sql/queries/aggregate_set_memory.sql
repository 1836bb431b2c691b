-- Room for sorting and staging a batch in memory; without it both go through files.
-- Columns: work_mem text, temp_buffers text.
select set_config('work_mem', '64MB', false) as work_mem, set_config('temp_buffers', '64MB', false) as temp_buffers
