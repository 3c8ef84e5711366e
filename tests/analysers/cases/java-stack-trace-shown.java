class Page {
    void show(HttpServletResponse response) throws IOException {
        try {
            work();
        } catch (Exception e) {
            response.sendError(500, e.getMessage()); // hit
            e.printStackTrace(response.getWriter()); // hit
            log.error("failed", e); // ok
            response.sendError(500, "failed"); // ok
        }
    }
}
