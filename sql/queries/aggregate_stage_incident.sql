-- Where a batch's incident states wait for their merge. One per connection, empty between transactions.
create temporary table staged_incident (like cityops.incident) on commit delete rows
