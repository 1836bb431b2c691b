-- Where a batch's deltas of this rollup wait for being added. One per connection, empty between transactions.
create temporary table staged_ticket_month (like cityops.ticket_month) on commit delete rows
