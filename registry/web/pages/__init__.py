"""The pages, a module for each feature; whoever adds one puts its blueprint here."""

from registry.web.pages import (
    account,
    baskets,
    exports,
    home,
    imports,
    jobs,
    labels,
    ledger,
    picking,
    reports,
    scanning,
)

BLUEPRINTS = (
    account.blueprint,
    home.blueprint,
    *ledger.BLUEPRINTS,
    picking.blueprint,
    scanning.blueprint,
    baskets.blueprint,
    reports.blueprint,
    labels.blueprint,
    jobs.blueprint,
    imports.blueprint,
    exports.blueprint,
)
