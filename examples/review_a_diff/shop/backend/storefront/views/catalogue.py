"""Looking around."""

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from .. import catalogue
from ..db import connection
from .paging import page_of

blueprint = Blueprint("catalogue", __name__, url_prefix="/products")


@blueprint.get("")
def search() -> ResponseReturnValue:
    """Products by words of their title."""
    found = catalogue.search(
        connection(), request.args.get("q", ""), page_of(request), current_app.config["SETTINGS"].page_size
    )
    return jsonify([{"sku": p.sku, "title": p.title, "cents": p.cents, "available": p.in_stock > 0} for p in found])
