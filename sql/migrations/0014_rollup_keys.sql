-- Rollups are read by ranges of days, and written by whole keys: so a key begins with the day, and ends with the slot. A month is then
-- read through its own rows, and the writer keeps one index: no column of it is ever updated, so updates stay on their page (HOT).
-- Of 300,000 tickets of a year: pages read for a month of ticket_day 10,731 before, 1,061 now, of dispatch_day 3,239 and 380, of
-- ticket_subset_day 378 and 54; the daemon wrote 1,080 MB of WAL before, 1,073 now (1,098 with a second index on the day); of the updates
-- of ticket_day 92 and 94 % were HOT. Sums before a day (stocks) are read from the whole table as before.
alter table cityops.ticket_day drop constraint ticket_day_pk,
    add constraint ticket_day_pk primary key (day, cohort, district, nature, flags, slot);
alter table cityops.ticket_subset_day drop constraint ticket_subset_day_pk,
    add constraint ticket_subset_day_pk primary key (day, cohort, district, subset, nature, flags, slot);
alter table cityops.ticket_month drop constraint ticket_month_pk,
    add constraint ticket_month_pk primary key (month, cohort, district, unit, category1, channel, slot);
alter table cityops.dispatch_day drop constraint dispatch_day_pk,
    add constraint dispatch_day_pk primary key (day, district, unit, nature, flags, slot);
alter table cityops.incident_day drop constraint incident_day_pk,
    add constraint incident_day_pk primary key (day, cohort, district, level, flags, slot);
alter table cityops.problem_day drop constraint problem_day_pk,
    add constraint problem_day_pk primary key (day, cohort, district, theme, flags, slot);
alter table cityops.problem_month drop constraint problem_month_pk,
    add constraint problem_month_pk primary key (month, cohort, district, village, theme, flags, slot);
alter table cityops.recheck_day drop constraint recheck_day_pk,
    add constraint recheck_day_pk primary key (day, district, theme, flags, slot);
alter table cityops.activity_day drop constraint activity_day_pk,
    add constraint activity_day_pk primary key (day, district, unit, type, flags, slot);
alter table cityops.traffic_hour drop constraint traffic_hour_pk,
    add constraint traffic_hour_pk primary key (hour, district, segment, slot);
