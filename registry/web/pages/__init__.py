"""The pages, a module for each feature; whoever adds one puts its blueprint here."""

from registry.web.pages import account, home, ledger, picking

BLUEPRINTS = (
    account.blueprint,
    home.blueprint,
    *ledger.BLUEPRINTS,
    picking.blueprint,
)
