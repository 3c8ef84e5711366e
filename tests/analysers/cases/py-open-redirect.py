from flask import redirect, request


def login():
    redirect(request.args.get("next"))  # hit
    redirect(url_for("home"))  # ok
    redirect("/user/" + request.args["id"])  # ok
    page = "https://example.org/" + request.args["page"]
    redirect(page)  # ok


def twin():
    target = request.args.get("next")
    if url_has_allowed_host_and_scheme(target, None):
        return redirect(target)  # ok
    return redirect("/")  # ok
