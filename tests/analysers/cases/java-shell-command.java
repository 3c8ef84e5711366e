class Shop {
    void archive(String name, HttpServletRequest request) {
        Runtime.getRuntime().exec("tar cf " + name); // hit
        String command = "ls " + name;
        Runtime.getRuntime().exec(command); // hit
        new ProcessBuilder("sh", "-c", "ls " + name); // hit
        new ProcessBuilder(request.getParameter("tool")); // hit
    }

    void twin(String name) {
        Runtime.getRuntime().exec("make all"); // ok
        new ProcessBuilder("tar", "cf", name); // ok
    }
}
