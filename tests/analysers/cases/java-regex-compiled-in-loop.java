class Shop {
    void count(List<String> lines) {
        for (String line : lines) {
            Pattern.compile("\\d+").matcher(line); // hit
        }
        Pattern.compile("\\d+"); // ok
    }
}
