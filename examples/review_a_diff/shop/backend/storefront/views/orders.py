"""A customer's orders."""

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from .. import orders
from ..auth import current_user
from ..db import connection
from ..models import Order
from .paging import page_of

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("")
def history() -> ResponseReturnValue:
    """The user's own orders, page by page."""
    found = orders.of_user(connection(), current_user(), page_of(request), current_app.config["SETTINGS"].page_size)
    return jsonify([order.as_json() for order in found])


@blueprint.post("")
def place() -> ResponseReturnValue:
    """Place an order and pay it."""
    user = current_user()
    body = request.get_json()
    try:
        wanted = {str(line["sku"]): int(line["quantity"]) for line in body["lines"]}
        country, method = str(body["country"]), str(body["method"])
    except (KeyError, TypeError, ValueError):
        abort(400)
    if any(quantity < 1 for quantity in wanted.values()):
        abort(400)
    order = orders.place(connection(), user, country, wanted)
    payment = current_app.config["PAYMENTS"].charge(order, method)
    orders.mark_paid(connection(), order.id, payment.id)
    return jsonify(order.as_json()), 201


@blueprint.get("/<int:order_id>")
def show(order_id: int) -> ResponseReturnValue:
    """One of the user's orders."""
    return jsonify(_own(order_id).as_json())


@blueprint.post("/<int:order_id>/cancel")
def cancel(order_id: int) -> ResponseReturnValue:
    """Cancel one of the user's orders."""
    orders.cancel(connection(), _own(order_id))
    return "", 204


def _own(order_id: int) -> Order:
    order = orders.get(connection(), order_id)
    if order is None or order.user_id != current_user().id:
        abort(404)
    return order
