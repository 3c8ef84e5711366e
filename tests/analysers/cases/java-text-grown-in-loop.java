class Shop {
    String render(List<Row> rows) {
        String text = "";
        int count = 0;
        for (Row row : rows) {
            text += row; // hit
            count += 1; // ok
        }
        return text;
    }
}
