"""The HTTP routes of version 1.

- ``application``  all routes as one ASGI application
- ``operations``   what each route promises: roles, body, answers; read by the guard and by the OpenAPI document
- ``services``     what the routes work with, and who is calling
- ``guard``        no route without a caller whose role may use it
- ``bodies``       reading a request's body and parameters
- ``problems``     every error as a problem document (RFC 9457)
- ``sessions``, ``changes``, ``commands``, ``presence``, ``intake``, ``files``, ``boards``, ``models``,
  ``channels``  the routes
- ``typing``       an agent types
- ``hooks``        what gateways and apps call
- ``webchat``      the chat on companies' pages
- ``openapi``      the OpenAPI 3.1 document
- ``audit``        who read and did what
- ``measures``     what Prometheus is told
"""
