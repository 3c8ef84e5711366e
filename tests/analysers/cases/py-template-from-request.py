from flask import render_template_string, request


def page():
    render_template_string("<h1>" + request.args["title"] + "</h1>")  # hit
    text = "<h1>%s</h1>" % title
    render_template_string(text)  # hit
    Template(request.form["body"])  # hit
    render_template_string("<h1>{{ title }}</h1>", title=title)  # ok
    Template("Hello $name")  # ok
