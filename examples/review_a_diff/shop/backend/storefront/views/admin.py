"""For those who work here."""

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from .. import catalogue, legacy_csv, orders
from ..auth import require_role
from ..db import connection, transaction
from ..models import OrderStatus, Role

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/orders.csv")
@require_role(Role.clerk, Role.admin)
def order_list() -> ResponseReturnValue:
    """All orders of a day, for the old back office."""
    day = request.args.get("day", "")
    rows = connection().execute("SELECT id FROM orders WHERE date(created_at) = ? ORDER BY id", (day,))
    found = [orders.get(connection(), row["id"]) for row in rows]
    return Response(legacy_csv.order_list(order for order in found if order), mimetype="text/csv")


@blueprint.post("/orders/<int:order_id>/ship")
@require_role(Role.clerk, Role.admin)
def ship(order_id: int) -> ResponseReturnValue:
    """Note that an order is on its way."""
    order = orders.get(connection(), order_id)
    if order is None:
        abort(404)
    if order.status is not OrderStatus.paid:
        abort(409)
    connection().execute("UPDATE orders SET status = 'shipped' WHERE id = ?", (order_id,))
    return "", 204


@blueprint.post("/products/<sku>/stock")
@require_role(Role.clerk, Role.admin)
def restock(sku: str) -> ResponseReturnValue:
    """Add to the stock of a product."""
    added = request.get_json().get("added")
    if not isinstance(added, int) or added < 1:
        abort(400)
    if sku not in catalogue.by_sku(connection(), [sku]):
        abort(404)
    with transaction(connection()) as tx:
        tx.execute("UPDATE products SET in_stock = in_stock + ? WHERE sku = ?", (added, sku))
    return "", 204


@blueprint.post("/users/<int:user_id>/role")
@require_role(Role.admin)
def set_role(user_id: int) -> ResponseReturnValue:
    """Make somebody a clerk or an admin, or a customer again."""
    try:
        role = Role(request.get_json()["role"])
    except (KeyError, ValueError):
        abort(400)
    changed = connection().execute("UPDATE users SET role = ? WHERE id = ?", (role.value, user_id))
    if changed.rowcount == 0:
        abort(404)
    return jsonify({"id": user_id, "role": role.value})
