"""The HTTP side: routes, handlers (decode, one call, encode), identity, the live feed, OpenAPI and metrics."""
