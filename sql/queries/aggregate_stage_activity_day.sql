-- Where a batch's deltas of this rollup wait for being added. One per connection, empty between transactions.
create temporary table staged_activity_day (like cityops.activity_day) on commit delete rows
