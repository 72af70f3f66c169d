"""The pages, a file per screen: each reads a request, calls a use case and renders what it answers."""
