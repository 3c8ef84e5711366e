class Shop {
    void read(HttpServletRequest request, Socket socket) {
        new ObjectInputStream(request.getInputStream()).readObject(); // hit
        new ObjectInputStream(socket.getInputStream()); // hit
        mapper.enableDefaultTyping(); // hit
    }

    void twin(String text) {
        mapper.readValue(text, Row.class); // ok
        ObjectInputStream in = new ObjectInputStream(cacheFile()); // ok
    }
}
