import html
import ldap
import logging
import os
import pickle
import re
import sqlite3
import subprocess
import uuid

import jinja2
import requests
import yaml
from flask import Flask, make_response, redirect, render_template_string, request, send_file
from lxml import etree
from werkzeug.utils import secure_filename

app = Flask(__name__)
ROOT = "/srv/files"
log = logging.getLogger(__name__)
TABLES = {"order", "item"}


@app.route("/orders")
def orders():
    db = sqlite3.connect("shop.db").cursor()
    name = request.args.get("name")
    db.execute("SELECT * FROM item WHERE name = '" + name + "'")  # hit sql
    db.execute(f"SELECT * FROM item WHERE name = '{name}'")  # hit sql
    db.execute("SELECT * FROM item WHERE name = '%s'" % name)  # hit sql
    db.execute("SELECT * FROM item WHERE name = '{}'".format(name))  # hit sql
    db.execute("SELECT * FROM item WHERE name = ?", (name,))  # ok
    db.execute("SELECT * FROM item WHERE id = %d" % int(name))  # ok
    table = request.args["table"]
    if table not in TABLES:
        return "no", 404
    db.execute("SELECT * FROM " + table)  # ok
    parts = {"safe": "a", "bad": name}
    db.execute("SELECT " + parts["bad"])  # hit sql
    db.execute("SELECT " + parts["safe"])  # ok
    listed = ["a"]
    listed.append(name)
    db.execute("SELECT " + listed[1])  # hit sql
    db.execute("SELECT " + listed[0])  # ok


@app.route("/constant")
def constant():
    value = request.args["x"]
    if 7 * 6 > 41:
        value = "fixed"
    os.system("ls " + value)  # ok
    kind = "B"
    other = request.args["x"]
    match kind:
        case "A":
            chosen = other
        case "B":
            chosen = "b"
    os.system("ls " + chosen)  # ok


@app.route("/run/<name>")
def run(name):
    os.system("convert " + name)  # hit command
    subprocess.run("convert " + name, shell=True)  # hit command
    subprocess.run(["convert", name])  # ok
    subprocess.run(["sh", "-c", "convert " + name])  # hit command
    subprocess.run([name, "x"])  # hit command
    eval(name)  # hit code
    render_template_string("<p>" + name)  # hit template
    jinja2.Environment().from_string(name).render()  # hit template


@app.route("/file")
def files():
    name = request.args["file"]
    open(os.path.join(ROOT, name))  # hit path
    open(os.path.join(ROOT, secure_filename(name)))  # ok
    full = os.path.realpath(os.path.join(ROOT, name))
    if not full.startswith(ROOT + os.sep):
        return "no", 404
    open(full)  # ok
    joined = os.path.join(ROOT, name)
    if joined.startswith(ROOT):
        open(joined)  # hit path
    return send_file(name)  # hit path


@app.route("/proxy")
def proxy():
    url = request.values["url"]
    requests.get(url)  # hit ssrf
    session = requests.Session()
    session.post(url, timeout=3)  # hit ssrf
    requests.get("https://example.com", params={"q": url})  # ok
    if url in ("https://a.example/", "https://b.example/"):
        requests.get(url)  # ok
    return redirect(url)  # hit redirect


@app.route("/local")
def local():
    return redirect("/profile/" + request.args["name"])  # ok


@app.route("/page")
def page():
    name = request.args["name"]
    if not re.fullmatch(r"\w+", name):
        return make_response("<p>no " + name)  # hit html
    return make_response("<p>" + name)  # ok


@app.route("/echo")
def echo():
    return "<p>" + request.args["x"]  # hit html


@app.route("/escaped")
def escaped():
    return "<p>" + html.escape(request.args["x"])  # ok


@app.route("/load", methods=["POST"])
def load():
    pickle.loads(request.data)  # hit deserialise
    yaml.load(request.data)  # hit deserialise
    yaml.safe_load(request.data)  # ok
    etree.parse("a.xml").xpath("//user[@id='" + request.args["id"] + "']")  # hit xpath
    connection = ldap.initialize("ldap://a")
    connection.search_s("dc=a", 2, "(uid=" + request.args["uid"] + ")")  # hit ldap
    log.info("user %s", request.args["user"])  # hit log
    log.info("user %s", request.args["user"].replace("\n", ""))  # ok
    key = uuid.UUID(request.args["key"])
    os.system("show " + str(key))  # ok


def quoted(text):
    return "'" + text + "'"


def length(text):
    return len(text)


class Store:
    def __init__(self, name):
        self.name = name
        self.kind = "fixed"

    def find(self, db):
        db.execute("SELECT " + self.name)  # hit sql
        db.execute("SELECT " + self.kind)  # ok


@app.route("/calls")
def calls(db):
    text = request.args["x"]
    os.system("ls " + quoted(text))  # hit command
    os.system("ls %d" % length(text))  # ok
    Store(text).find(db)


def by_user(cursor, user, limit: int):
    cursor.execute("SELECT * FROM item WHERE user = '%s'" % user)  # hit sql
    cursor.execute("SELECT * FROM item LIMIT %s" % limit)  # ok
    cursor.execute(user)  # ok


def backup(self, volume):
    self.run_ssh("lvcreate -n " + volume)  # hit command
    self.run_ssh(["lvcreate", "-n", volume])  # ok
