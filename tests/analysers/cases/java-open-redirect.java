class Shop {
    void jump(HttpServletRequest request, HttpServletResponse response) {
        response.sendRedirect(request.getParameter("next")); // hit
        response.sendRedirect("/home"); // ok
        response.sendRedirect("/user/" + request.getParameter("id")); // ok
    }

    String spring(@RequestParam String next) {
        return "redirect:" + next; // hit
    }
}
