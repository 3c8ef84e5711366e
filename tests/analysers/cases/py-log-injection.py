def view(request):
    logging.info("user " + request.args["name"])  # hit
    name = request.args.get("name")
    logger.warning("no such user: %s", name)  # hit
    logger.warning("no such user: %r", name)  # ok
    logger.info("started")  # ok
