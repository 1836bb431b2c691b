-- Where a batch's ticket states wait for their merge. One per connection, empty between transactions.
create temporary table staged_ticket (like cityops.ticket) on commit delete rows
