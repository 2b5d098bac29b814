"""The application for a WSGI server: ``granian --interface wsgi wsgi:app``."""

from registry.app import create_app

app = create_app()
