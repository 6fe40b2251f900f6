"""The wire: what the hub and its clients say to each other; the one module both ends import. No I/O in here.

- ``paths``    the addresses of version 1
- ``shapes``   request and response bodies, and how they become bytes
- ``records``  the record types of the change feed and how one is read
- ``board``    a lead's board and an agent's own figures
- ``markup``   what is kept of text and HTML from outside
- ``errors``   problem documents (RFC 9457) with stable codes
- ``sse``      framing of the event stream (WHATWG HTML, section 9.2)
"""
