class Shop {
    int run() {
        try {
            return work(); // ok
        } finally {
            return 1; // hit
        }
    }
}
