class Shop {
    void names(List<Long> ids) {
        for (Long id : ids) {
            users.findById(id); // hit
            userRepository.save(new User(id)); // hit
            cache.get(id); // ok
        }
        userRepository.findAllById(ids); // ok
    }
}
