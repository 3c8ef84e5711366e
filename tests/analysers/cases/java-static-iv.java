class Box {
    static final byte[] KEY = load();

    void close() {
        new IvParameterSpec(new byte[16]); // hit
        new IvParameterSpec("0123456789abcdef".getBytes()); // hit
        byte[] iv = random();
        new IvParameterSpec(iv); // ok
    }

    void zeroed() {
        byte[] iv = new byte[16];
        new GCMParameterSpec(128, iv); // hit
    }

    void drawn(SecureRandom source) {
        byte[] iv = new byte[16];
        source.nextBytes(iv);
        new GCMParameterSpec(128, iv); // ok
    }
}
