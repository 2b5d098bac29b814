"""The REST API, a module for each feature; whoever adds one puts its blueprint here."""

from registry.web.api import (
    account,
    assets,
    catalogue,
    events,
    exports,
    idle,
    imports,
    jobs,
    journal,
    labels,
    notices,
    openapi,
    organisation,
    people,
    reports,
    scanning,
)

BLUEPRINTS = (
    account.blueprint,
    assets.blueprint,
    exports.blueprint,
    *idle.BLUEPRINTS,
    scanning.blueprint,
    reports.blueprint,
    notices.blueprint,
    labels.blueprint,
    catalogue.blueprint,
    organisation.blueprint,
    people.blueprint,
    imports.blueprint,
    jobs.blueprint,
    journal.blueprint,
    events.blueprint,
    openapi.blueprint,
)
