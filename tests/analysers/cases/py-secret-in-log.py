def login(user, password, settings):
    print(password)  # hit
    logger.info("login %s %s", user, password)  # hit
    logging.debug(f"key {settings.api_key}")  # hit
    logger.info("login %s", user)  # ok
    logger.info("password set: %s", bool(password))  # ok
    print("password")  # ok
