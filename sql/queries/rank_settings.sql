-- Short analytic statements: compiling them takes longer than running them.
set local jit = off
