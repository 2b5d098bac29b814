"""What the registry's answers are held against: Flask alone, and Flask with one select.

``bare:plain`` and ``bare:selecting`` are served by the same server as the registry.
"""

from __future__ import annotations

import os

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy

plain = Flask("plain")


@plain.get("/")
def answer() -> ResponseReturnValue:
    """Four fields."""
    return jsonify(id=1, code="K7Q4M2XNT", name="投影仪", state="idle")


selecting = Flask("selecting")
selecting.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get(
    "BARE_DATABASE_URL", "sqlite://"
)
db = SQLAlchemy(selecting)


def _model() -> type:
    with selecting.app_context():

        class Asset(db.Model):  # type: ignore[name-defined, misc]
            """The registry's own table, read as it stands."""

            __table__ = db.Table("assets", db.metadata, autoload_with=db.engine)

    return Asset


if "BARE_DATABASE_URL" in os.environ:
    Asset = _model()


@selecting.get("/asset")
def asset() -> ResponseReturnValue:
    """One asset by its code, all its columns."""
    found = db.session.execute(
        db.select(Asset).filter_by(code=request.args["text"])
    ).scalar_one()
    columns = found.__table__.columns
    return jsonify({column.key: getattr(found, column.key) for column in columns})
