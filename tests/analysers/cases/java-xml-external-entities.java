class Shop {
    void read(InputStream in) {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance(); // hit
        factory.newDocumentBuilder().parse(in);
    }

    void twin(InputStream in) {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance(); // ok
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.newDocumentBuilder().parse(in);
    }
}
