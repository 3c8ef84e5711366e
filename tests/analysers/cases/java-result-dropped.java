class Shop {
    void tidy(String name) {
        name.trim(); // hit
        name.replaceAll("a", "b"); // hit
        String clean = name.trim(); // ok
        builder.append(name); // ok
    }
}
