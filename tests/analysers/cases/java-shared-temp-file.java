class Upload {
    void keep() throws IOException {
        File.createTempFile("upload", ".tmp"); // hit
        File.createTempFile("upload", ".tmp", folder); // ok
        java.nio.file.Files.createTempFile("upload", ".tmp"); // ok
    }
}
