class Shop {
    void go(Thread thread) {
        new Thread(job).run(); // hit
        thread.run(); // hit
        thread.start(); // ok
        job.run(); // ok
    }
}
