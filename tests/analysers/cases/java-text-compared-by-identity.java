class Shop {
    boolean same(String left, String right, Object other) {
        if (left == "open") return true; // hit
        if (left == right) return true; // hit
        if (left == null) return false; // ok
        return "open".equals(left); // ok
    }
}
