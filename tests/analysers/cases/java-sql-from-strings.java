class Shop {
    void find(Statement statement, String name) {
        statement.executeQuery("SELECT * FROM users WHERE name = '" + name + "'"); // hit
        String sql = "DELETE FROM users WHERE name = '" + name + "'";
        statement.executeUpdate(sql); // hit
        manager.createQuery(String.format("FROM User WHERE name = '%s'", name)); // hit
    }

    void twin(Connection connection, String name) {
        connection.prepareStatement("SELECT * FROM users WHERE name = ?"); // ok
        connection.prepareStatement("SELECT * FROM " + TABLE + " WHERE name = ?"); // ok
        executor.execute("task " + name); // ok
    }
}
