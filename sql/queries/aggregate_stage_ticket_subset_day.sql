-- Where a batch's deltas of this rollup wait for being added. One per connection, empty between transactions.
create temporary table staged_ticket_subset_day (like cityops.ticket_subset_day) on commit delete rows
