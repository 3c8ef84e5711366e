class Login {
    void greet(HttpServletResponse response) {
        int number = new Random().nextInt();
        response.addCookie(new Cookie("id", Integer.toString(number))); // hit
        response.addCookie(new Cookie("id", RandomStringUtils.random(10))); // hit
        response.addCookie(new Cookie("theme", "dark")); // ok
        String safe = secure.token();
        response.addCookie(new Cookie("id", safe)); // ok
    }
}
