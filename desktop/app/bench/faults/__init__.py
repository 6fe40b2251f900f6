"""``dirigent bench faults``: proof that nothing the agent did is lost and nothing happens twice, whatever breaks.

- ``proxy``       a TCP way to the hub on which everything goes wrong that can, on purpose and counted
- ``chance``      what goes wrong in which round, drawn from a seed
- ``nursery``     child processes that start in milliseconds and end by force
- ``hub``         the hub as such a process
- ``seat``        the client as such a process: store, engine and tokens without a window
- ``deeds``       what the agent at that seat does next
- ``diary``       what the agent did, on the disk before it is done, outside the store
- ``world``       customers who write, and a colleague who gets in the way
- ``comparison``  the diary against the hub, and the hub's feed against the cache
- ``driver``      rounds of work and of breaking things, then the settling and the verdict
"""
