class Shop {
    void run() {
        try { work(); } catch (IOException e) {} // hit
        try { work(); } catch (IOException ignored) {} // ok
        try { work(); } catch (IOException e) { log.warn("failed", e); } // ok
    }
}
