"""The REST API, a module for each feature; whoever adds one puts its blueprint here."""

from registry.web.api import assets, catalogue, organisation, scanning, work

BLUEPRINTS = (
    assets.blueprint,
    scanning.blueprint,
    catalogue.blueprint,
    organisation.blueprint,
    work.blueprint,
)
