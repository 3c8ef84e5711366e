class Shop {
    static final SimpleDateFormat FORMAT = new SimpleDateFormat("yyyy"); // hit
    static final DateTimeFormatter SAFE = DateTimeFormatter.ISO_DATE; // ok
    void show() {
        SimpleDateFormat own = new SimpleDateFormat("yyyy"); // ok
    }
}
