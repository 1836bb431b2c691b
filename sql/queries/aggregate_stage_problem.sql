-- Where a batch's problem states wait for their merge. One per connection, empty between transactions.
create temporary table staged_problem (like cityops.problem) on commit delete rows
