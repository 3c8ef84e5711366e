from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = Path("/srv/reports").resolve()


@app.get("/report")
def report():
    target = REPORTS / request.args["name"]
    if not target.is_file():
        abort(404)
    return send_file(target)
