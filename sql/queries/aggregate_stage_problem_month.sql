-- Where a batch's deltas of this rollup wait for being added. One per connection, empty between transactions.
create temporary table staged_problem_month (like cityops.problem_month) on commit delete rows
