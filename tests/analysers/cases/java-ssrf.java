class Shop {
    void proxy(HttpServletRequest request) {
        new URL(request.getParameter("url")).openStream(); // hit
        String target = request.getParameter("target");
        URI.create("https://" + target + "/api"); // hit
        new URL("https://example.org/"); // ok
        URI.create("https://example.org/?q=" + URLEncoder.encode(target, UTF_8)); // ok
    }
}
