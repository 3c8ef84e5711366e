class Shop {
    int read(String path) {
        FileInputStream in = new FileInputStream(path); // hit
        return in.read();
    }

    int twin(String path) {
        try (FileInputStream in = new FileInputStream(path)) { // ok
            return in.read();
        }
    }

    int closed(String path) {
        FileInputStream in = new FileInputStream(path); // ok
        int first = in.read();
        in.close();
        return first;
    }
}
