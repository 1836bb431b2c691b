-- One load at a time: the next version is the greatest plus one.
lock table cityops.reference_version in share row exclusive mode
