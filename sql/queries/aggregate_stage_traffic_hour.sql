-- Where a batch's deltas of this rollup wait for being added. One per connection, empty between transactions.
create temporary table staged_traffic_hour (like cityops.traffic_hour) on commit delete rows
