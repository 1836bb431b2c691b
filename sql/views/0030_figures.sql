-- Monthly figures of the districts, from the rollup ticket_day. Re-created at each migrate.
create view cityops.ticket_figures as
select
    date_trunc('month', d.day)::date as month,
    d.cohort as cohort_number,
    (array['received', 'closed', 'due', 'visited', 'backlog_left', 'overdue_left'])[d.cohort] as cohort,
    d.district,
    n.name_zh,
    n.name_en,
    n.peer_group,
    d.flags,
    sum(d.tickets)::bigint as tickets,
    sum(d.closed)::bigint as closed,
    sum(d.closed_before_received)::bigint as closed_before_received,
    sum(d.within_24h)::bigint as within_24h,
    sum(d.within_72h)::bigint as within_72h,
    sum(d.within_7d)::bigint as within_7d,
    sum(d.within_30d)::bigint as within_30d,
    sum(d.handling_seconds)::bigint as handling_seconds,
    sum(d.due)::bigint as due,
    sum(d.on_time)::bigint as on_time,
    sum(d.late)::bigint as late,
    sum(d.due_open)::bigint as due_open,
    sum(d.contact_yes)::bigint as contact_yes,
    sum(d.contact_no)::bigint as contact_no,
    sum(d.unit_solved)::bigint as unit_solved,
    sum(d.unit_explained)::bigint as unit_explained,
    sum(d.visited)::bigint as visited,
    sum(d.contacted)::bigint as contacted,
    sum(d.solved)::bigint as solved,
    sum(d.result_1)::bigint as result_1,
    sum(d.result_2)::bigint as result_2,
    sum(d.result_3)::bigint as result_3,
    sum(d.result_4)::bigint as result_4,
    sum(d.result_5)::bigint as result_5,
    sum(d.result_not_rated)::bigint as result_not_rated,
    sum(d.double_satisfied)::bigint as double_satisfied,
    sum(d.second_rated)::bigint as second_rated,
    sum(d.second_satisfied)::bigint as second_satisfied,
    sum(d.reworked)::bigint as reworked,
    sum(d.closed_without_rework)::bigint as closed_without_rework,
    sum(d.escalated)::bigint as escalated,
    sum(d.extended)::bigint as extended
from cityops.ticket_day d
left join lateral (
    select a.name_zh, a.name_en, a.peer_group
    from cityops.areas a
    where a.code = d.district
    order by a.valid_from desc
    limit 1
) n on true
group by 1, 2, 4, 5, 6, 7, 8;
comment on view cityops.ticket_figures is
    'Counts by month, cohort, district and flags; a rate is the quotient of two sums of its columns.';
comment on column cityops.ticket_figures.month is 'First day of the civil month, in the generation''s zone, of the cohort''s instant.';
comment on column cityops.ticket_figures.cohort is 'Which milestone put the ticket in the month. Stocks come from flows: backlog before E is received before E minus backlog_left before E, overdue is due minus overdue_left.';
comment on column cityops.ticket_figures.district is 'Code; unassigned for names that nobody knows.';
comment on column cityops.ticket_figures.flags is 'Sum of 1 excluded, 2 void, 4 duplicate; 0: ordinary tickets.';
comment on column cityops.ticket_figures.name_zh is 'The district''s newest name in the current generation.';
comment on column cityops.ticket_figures.tickets is 'Tickets.';
comment on column cityops.ticket_figures.closed is 'Tickets: that have a closing with a time.';
comment on column cityops.ticket_figures.closed_before_received is 'Tickets: whose last closing lies before receipt: in no duration.';
comment on column cityops.ticket_figures.within_24h is 'Tickets: closed (last closing) at most 24 hours after receipt.';
comment on column cityops.ticket_figures.within_72h is 'Tickets: closed (last closing) at most 72 hours after receipt.';
comment on column cityops.ticket_figures.within_7d is 'Tickets: closed (last closing) at most 7 times 24 hours after receipt.';
comment on column cityops.ticket_figures.within_30d is 'Tickets: closed (last closing) at most 30 times 24 hours after receipt.';
comment on column cityops.ticket_figures.handling_seconds is 'Whole seconds from receipt to the last closing, summed.';
comment on column cityops.ticket_figures.due is 'Tickets: that have a due time for closing.';
comment on column cityops.ticket_figures.on_time is 'Tickets: first closed at or before the due time.';
comment on column cityops.ticket_figures.late is 'Tickets: first closed after the due time.';
comment on column cityops.ticket_figures.due_open is 'Tickets: that have a due time and no closing with a time.';
comment on column cityops.ticket_figures.contact_yes is 'Tickets: whose citizen was reached in some contact.';
comment on column cityops.ticket_figures.contact_no is 'Tickets: whose citizen was tried and never reached.';
comment on column cityops.ticket_figures.unit_solved is 'Tickets: whose last closing says solved.';
comment on column cityops.ticket_figures.unit_explained is 'Tickets: whose last closing says explained.';
comment on column cityops.ticket_figures.visited is 'Tickets: that have a valid visit.';
comment on column cityops.ticket_figures.contacted is 'Tickets: last valid visit: the citizen says that the unit got in touch.';
comment on column cityops.ticket_figures.solved is 'Tickets: last valid visit: the citizen says solved.';
comment on column cityops.ticket_figures.result_1 is 'Tickets: last valid visit: very dissatisfied with the result.';
comment on column cityops.ticket_figures.result_2 is 'Tickets: last valid visit: dissatisfied with the result.';
comment on column cityops.ticket_figures.result_3 is 'Tickets: last valid visit: basically satisfied with the result.';
comment on column cityops.ticket_figures.result_4 is 'Tickets: last valid visit: satisfied with the result.';
comment on column cityops.ticket_figures.result_5 is 'Tickets: last valid visit: very satisfied with the result.';
comment on column cityops.ticket_figures.result_not_rated is 'Tickets: last valid visit: stated as not rated.';
comment on column cityops.ticket_figures.double_satisfied is 'Tickets: last valid visit: satisfied or better with result and with attitude.';
comment on column cityops.ticket_figures.second_rated is 'Tickets: whose last valid second rating has one of the five levels.';
comment on column cityops.ticket_figures.second_satisfied is 'Tickets: whose last valid second rating is satisfied or better.';
comment on column cityops.ticket_figures.reworked is 'Tickets: reworked at least once.';
comment on column cityops.ticket_figures.closed_without_rework is 'Tickets: closed and never reworked.';
comment on column cityops.ticket_figures.escalated is 'Tickets: escalated at least once.';
comment on column cityops.ticket_figures.extended is 'Tickets: extended at least once, refused extensions left out.';

-- Monthly figures of orders that are watched apart, from the rollup ticket_subset_day.
create view cityops.ticket_subset_figures as
select
    date_trunc('month', d.day)::date as month,
    d.cohort as cohort_number,
    (array['received', 'closed', 'due', 'visited'])[d.cohort] as cohort,
    d.district,
    d.subset as subset_number,
    (array['escalated', 'message_board'])[d.subset] as subset,
    d.flags,
    sum(d.tickets)::bigint as tickets,
    sum(d.replied)::bigint as replied,
    sum(d.visited)::bigint as visited,
    sum(d.result_1)::bigint as result_1,
    sum(d.result_2)::bigint as result_2,
    sum(d.result_3)::bigint as result_3,
    sum(d.result_4)::bigint as result_4,
    sum(d.result_5)::bigint as result_5,
    sum(d.result_not_rated)::bigint as result_not_rated
from cityops.ticket_subset_day d
group by 1, 2, 4, 5, 7;
comment on view cityops.ticket_subset_figures is
    'Counts of escalated orders and of letters to the message board by month, cohort, district and flags; an order can be in both.';
comment on column cityops.ticket_subset_figures.month is 'First day of the civil month, in the generation''s zone, of the cohort''s instant.';
comment on column cityops.ticket_subset_figures.cohort is 'Which milestone put the ticket in the month: received, closed or visited.';
comment on column cityops.ticket_subset_figures.district is 'Code; unassigned for names that nobody knows.';
comment on column cityops.ticket_subset_figures.subset is 'escalated: at least once; message_board: came through that channel.';
comment on column cityops.ticket_subset_figures.flags is 'Sum of 1 excluded, 2 void, 4 duplicate; 0: ordinary tickets.';
comment on column cityops.ticket_subset_figures.tickets is 'Tickets.';
comment on column cityops.ticket_subset_figures.replied is 'Tickets: that have a reply with a time.';
comment on column cityops.ticket_subset_figures.visited is 'Tickets: that have a valid visit.';
comment on column cityops.ticket_subset_figures.result_1 is 'Tickets: last valid visit: very dissatisfied with the result.';
comment on column cityops.ticket_subset_figures.result_2 is 'Tickets: last valid visit: dissatisfied with the result.';
comment on column cityops.ticket_subset_figures.result_3 is 'Tickets: last valid visit: basically satisfied with the result.';
comment on column cityops.ticket_subset_figures.result_4 is 'Tickets: last valid visit: satisfied with the result.';
comment on column cityops.ticket_subset_figures.result_5 is 'Tickets: last valid visit: very satisfied with the result.';
comment on column cityops.ticket_subset_figures.result_not_rated is 'Tickets: last valid visit: stated as not rated.';
