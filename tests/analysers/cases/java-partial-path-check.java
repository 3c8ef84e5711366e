class Store {
    void check(File file, File root) throws IOException {
        if (!file.getCanonicalPath().startsWith(root.getCanonicalPath())) throw new IOException(); // hit
        String path = file.getCanonicalPath();
        if (!path.startsWith(root.getCanonicalPath())) throw new IOException(); // hit
        if (!path.startsWith(root.getCanonicalPath() + File.separator)) throw new IOException(); // ok
        if (!file.toPath().normalize().startsWith(root.toPath())) throw new IOException(); // ok
    }
}
