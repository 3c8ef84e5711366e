package shop.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Bookings in the database. */
public final class LedgerRepository {

    private final DataSource source;

    public LedgerRepository(DataSource source) {
        this.source = source;
    }

    /** Books all entries, or none. */
    public void book(List<LedgerEntry> entries) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(
                    "INSERT INTO ledger (order_id, account, cents, booked_at) VALUES (?, ?, ?, ?)")) {
                for (LedgerEntry entry : entries) {
                    statement.setLong(1, entry.orderId());
                    statement.setString(2, entry.account().name());
                    statement.setLong(3, entry.cents());
                    statement.setTimestamp(4, Timestamp.from(entry.bookedAt()));
                    statement.addBatch();
                }
                statement.executeBatch();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** The bookings of an order, in their order. */
    public List<LedgerEntry> ofOrder(long orderId) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT id, order_id, account, cents, booked_at FROM ledger WHERE order_id = ? ORDER BY id")) {
            statement.setLong(1, orderId);
            try (ResultSet rows = statement.executeQuery()) {
                return read(rows);
            }
        }
    }

    /** The sum of an account within a span of time; the end is not part of it. */
    public long balance(LedgerEntry.Account account, Instant from, Instant until) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT coalesce(sum(cents), 0) FROM ledger"
                                + " WHERE account = ? AND booked_at >= ? AND booked_at < ?")) {
            statement.setString(1, account.name());
            statement.setTimestamp(2, Timestamp.from(from));
            statement.setTimestamp(3, Timestamp.from(until));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static List<LedgerEntry> read(ResultSet rows) throws SQLException {
        List<LedgerEntry> entries = new ArrayList<>();
        while (rows.next()) {
            entries.add(new LedgerEntry(
                    rows.getLong("id"),
                    rows.getLong("order_id"),
                    LedgerEntry.Account.valueOf(rows.getString("account")),
                    rows.getLong("cents"),
                    rows.getTimestamp("booked_at").toInstant()));
        }
        return entries;
    }
}
