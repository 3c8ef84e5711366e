import traceback


@app.route("/")
def index():
    try:
        work()
    except ValueError:
        return traceback.format_exc()  # hit
    except OSError as error:
        return str(error)  # hit
    except KeyError as error:
        log.exception("failed: %s", error)
        return "failed"  # ok


def helper():
    return traceback.format_exc()  # ok
