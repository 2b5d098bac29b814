"""The application for a WSGI server: ``granian --interface wsgi wsgi:app``."""

from registry.app import create_app
from registry.config import Settings
from registry.web.base.live import live_of
from registry.web.base.logs import configure_logs

settings = Settings.from_environment()
configure_logs(settings.log_format)
app = create_app(settings)
live_of(app).seats.most = settings.live_streams
