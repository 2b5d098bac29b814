"""The REST API, a module for each feature; whoever adds one puts its blueprint here."""

from registry.web.base.api import ApiBlueprint

BLUEPRINTS: tuple[ApiBlueprint, ...] = ()
