class Shop {
    void unzip(ZipEntry entry, File folder) {
        File file = new File(folder, entry.getName()); // hit
    }

    void twin(ZipEntry entry, Path folder) {
        Path file = folder.resolve(entry.getName()).normalize(); // ok
        if (!file.startsWith(folder)) throw new IOException();
    }
}
