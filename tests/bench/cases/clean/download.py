from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = Path("/srv/reports").resolve()


@app.get("/report")
def report():
    target = (REPORTS / request.args["name"]).resolve()
    if not target.is_relative_to(REPORTS) or not target.is_file():
        abort(404)
    return send_file(target)
