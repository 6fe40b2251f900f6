"""The state behind routing decisions, read from the ledger; the decisions themselves are ``insight.routing``.

- ``floor``     who is there with what in hand and what waits, kept in memory in step with the feed
- ``requests``  a waiting interaction as routing sees it: what its queue asks, whether that is open, where it overflows to
- ``policy``    the centre's routing policy: what is shipped, what of one cannot be used
- ``sticky``    who knows the case of a customer who comes back
- ``lessons``   what closed contacts teach about agents, learned anew now and then
"""
