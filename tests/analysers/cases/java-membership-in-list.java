class Shop {
    void unique(List<Row> rows, List<Row> known, Set<Row> seen) {
        for (Row row : rows) {
            if (known.contains(row)) show(row); // hit
            if (seen.contains(row)) show(row); // ok
        }
    }
}
