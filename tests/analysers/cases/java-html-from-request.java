class Shop {
    void hello(HttpServletRequest request, HttpServletResponse response) {
        response.getWriter().println("Hello " + request.getParameter("name")); // hit
        String name = request.getParameter("name");
        response.getWriter().write(name); // hit
        response.getWriter().write(Encode.forHtml(name)); // ok
        System.out.println(name); // ok
        response.getWriter().write("Hello"); // ok
    }
}
