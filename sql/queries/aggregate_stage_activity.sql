-- Where a batch's activity states wait for their merge. One per connection, empty between transactions.
create temporary table staged_activity (like cityops.activity) on commit delete rows
