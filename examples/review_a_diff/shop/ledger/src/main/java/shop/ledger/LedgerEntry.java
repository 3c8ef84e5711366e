package shop.ledger;

import java.time.Instant;
import java.util.Objects;

/** One booking: an amount on an account, for an order. */
public record LedgerEntry(long id, long orderId, Account account, long cents, Instant bookedAt) {

    /** The accounts that the shop books on. */
    public enum Account {
        RECEIVABLES,
        REVENUE,
        SHIPPING
    }

    public LedgerEntry {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(bookedAt, "bookedAt");
        if (cents == 0) {
            throw new IllegalArgumentException("a booking of nothing for order " + orderId);
        }
    }

    /** True for money that comes in. */
    public boolean credit() {
        return cents > 0;
    }
}
