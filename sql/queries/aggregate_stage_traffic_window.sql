-- Where a batch's window states wait for their merge. One per connection, empty between transactions.
create temporary table staged_traffic_window (like cityops.traffic_window) on commit delete rows
