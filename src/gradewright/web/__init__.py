"""The faces over HTTP, as thin layers of Django: a request stops in its view."""
