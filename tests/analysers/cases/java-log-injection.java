class Shop {
    void view(HttpServletRequest request) {
        logger.info("user " + request.getParameter("name")); // hit
        String name = request.getParameter("name");
        log.warn("no such user: {}", name); // hit
        log.warn("no such user: {}", name.replace("\n", "")); // ok
        log.info("started"); // ok
    }
}
