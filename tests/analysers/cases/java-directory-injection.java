class Shop {
    void find(HttpServletRequest request, DirContext ctx, XPath xpath) {
        String name = request.getParameter("name");
        ctx.search(BASE, "(uid=" + name + ")", controls); // hit
        xpath.evaluate("//user[@id='" + request.getParameter("id") + "']", document); // hit
        xpath.evaluate("//user", document); // ok
    }
}
