class Shop {
    void run() {
        try { work(); } catch (InterruptedException e) { log.warn("stopped"); } // hit
        try { work(); } catch (InterruptedException e) { Thread.currentThread().interrupt(); } // ok
        try { work(); } catch (InterruptedException e) { throw new IllegalStateException(e); } // ok
    }
}
