def run():
    try:
        work()
    except Exception:  # hit
        pass
    try:
        work()
    except:  # hit
        pass
    try:
        work()
    except KeyError:  # ok
        pass
    try:
        work()
    except Exception:  # ok
        log.exception("failed")
