from flask import make_response, request


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    return make_response("Hello " + name)  # hit


@app.route("/bye")
def bye():
    return f"Bye {request.args['name']}"  # hit


@app.route("/twin")
def twin():
    name = request.args.get("name", "")
    if not name:
        return make_response("Hello " + escape(name))  # ok
    return render_template("hello.html", name=name)  # ok
