class Shop {
    void download(HttpServletRequest request) {
        new File(request.getParameter("name")); // hit
        String name = request.getParameter("name");
        new FileInputStream(ROOT + "/" + name); // hit
        Paths.get(ROOT, name); // hit
        new File("logo.png"); // ok
    }

    void twin(HttpServletRequest request) {
        File file = new File(ROOT, request.getParameter("name")); // ok
        if (!file.getCanonicalPath().startsWith(ROOT)) throw new IOException();
    }
}
