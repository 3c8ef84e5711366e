class Shop {
    void login(HttpServletResponse response, String token) {
        Cookie cookie = new Cookie("session", token);
        response.addCookie(cookie); // hit
        cookie.setHttpOnly(false); // hit
    }

    void twin(HttpServletResponse response, String token) {
        Cookie safe = new Cookie("session", token);
        safe.setSecure(true); // ok
        response.addCookie(safe); // ok
    }
}
