"""The application."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from . import db, settings
from .catalogue import OutOfStockError
from .orders import OrderError
from .payments import PaymentError, Payments
from .pricing import PricingError
from .views import admin, catalogue, orders


def create_app(configured: settings.Settings | None = None) -> Flask:
    """Build the application; tests hand their own settings in."""
    app = Flask(__name__)
    app.config["SETTINGS"] = configured or settings.load()
    app.config["PAYMENTS"] = Payments(app.config["SETTINGS"])
    app.teardown_appcontext(db.close)
    app.register_blueprint(catalogue.blueprint)
    app.register_blueprint(orders.blueprint)
    app.register_blueprint(admin.blueprint)
    for kind, status in ((OrderError, 409), (OutOfStockError, 409), (PricingError, 422), (PaymentError, 502)):
        app.register_error_handler(kind, _answer(status))
    return app


def _answer(status: int):
    def handle(error: Exception) -> ResponseReturnValue:
        return jsonify({"error": str(error)}), status

    return handle
